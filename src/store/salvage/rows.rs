//! Copying the rows of a damaged file that still read. Each table is read from
//! its beginning up to the damage, from its end down to the damage, and row by
//! row in between. A row that reads is right: every page carries its own seal.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, Row, Statement, params_from_iter};

use super::check::is_damage;
use super::finding::Lost;
use crate::store::db::{self, File};
use crate::store::error::StoreError;
use crate::store::secret::StoreKey;

/// Rows after the last one that read that are looked for where no index says
/// which there are.
const PROBED_ROWS_MAX: i64 = 2_000;
/// After so many in a row that do not read there is nothing more to come.
const FAILED_ROWS_MAX: usize = 64;

/// The file that rows are read from. A page that does not read spoils the
/// connection, so that each such page costs a new one.
pub(in crate::store) struct Source {
    path: PathBuf,
    key: StoreKey,
    connection: Connection,
}

impl Source {
    /// Opens it, if its list of tables reads and is an outbox's.
    pub(in crate::store) fn open(path: &Path, key: &StoreKey) -> Result<Option<Self>, StoreError> {
        let connection = match db::connect(path, File::Outbox, key) {
            Ok(connection) => connection,
            Err(StoreError::WrongKey { .. } | StoreError::Damaged(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let tables: Result<i64, _> = connection.query_row(
            "SELECT count(*) FROM sqlite_schema WHERE name IN ('outbox', 'draft')",
            [],
            |row| row.get(0),
        );
        match tables {
            Ok(2) => Ok(Some(Self {
                path: path.to_owned(),
                key: key.clone(),
                connection,
            })),
            Ok(_) => Ok(None),
            Err(error) if is_damage(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn reopen(&mut self) -> Result<(), StoreError> {
        self.connection = db::connect(&self.path, File::Outbox, &self.key)?;
        Ok(())
    }

    /// Gives every row of a query to `each` until one does not read.
    fn scan(
        &mut self,
        sql: &str,
        bound: i64,
        mut each: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<Read, StoreError> {
        let read = match self.connection.prepare(sql) {
            Ok(mut statement) => walk(&mut statement, bound, &mut each),
            Err(error) => broken(error),
        }?;
        if read == Read::Broken {
            self.reopen()?;
        }
        Ok(read)
    }
}

fn walk(
    statement: &mut Statement<'_>,
    bound: i64,
    each: &mut impl FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<Read, StoreError> {
    let mut found = statement.query([bound])?;
    loop {
        match found.next() {
            Ok(Some(row)) => each(row)?,
            Ok(None) => return Ok(Read::Whole),
            Err(error) => return broken(error),
        }
    }
}

/// Only damage is taken for damage: a disk that fails now may read later.
fn broken(error: rusqlite::Error) -> Result<Read, StoreError> {
    if is_damage(&error) {
        Ok(Read::Broken)
    } else {
        Err(error.into())
    }
}

/// How far a query read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Read {
    Whole,
    Broken,
}

/// A table of the fresh outbox.
pub(in crate::store) struct Table {
    pub(in crate::store) name: String,
    keyed: Keyed,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keyed {
    /// By a number of the engine's own.
    ByRow,
    /// By its own columns.
    ByColumns,
}

/// The tables of a fresh file.
pub(in crate::store) fn tables(to: &Connection) -> Result<Vec<Table>, StoreError> {
    let mut statement = to.prepare(
        "SELECT name, wr FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table'
           AND name NOT LIKE 'sqlite_%' AND name <> 'refinery_schema_history'
         ORDER BY name",
    )?;
    let found = statement.query_map([], |row| {
        let keyed = match row.get::<_, i64>("wr")? {
            0 => Keyed::ByRow,
            _ => Keyed::ByColumns,
        };
        Ok(Table {
            name: row.get("name")?,
            keyed,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Copies every row of a table that reads. Says how many did not.
pub(in crate::store) fn copy(
    source: &mut Source,
    to: &Connection,
    table: &Table,
) -> Result<Lost, StoreError> {
    let (names, keys) = columns(&source.connection, to, &table.name)?;
    if names.is_empty() {
        return Ok(Lost::Nothing);
    }
    let mut copy = Copy {
        source,
        to,
        table: &table.name,
        columns: names.join(", "),
        count: names.len(),
        read: BTreeSet::new(),
    };
    match table.keyed {
        Keyed::ByRow => copy.by_row(),
        Keyed::ByColumns => copy.by_columns(&keys),
    }
}

/// Columns that both have, in order, and those that are the key.
fn columns(
    from: &Connection,
    to: &Connection,
    table: &str,
) -> Result<(Vec<String>, Vec<String>), StoreError> {
    let list = |connection: &Connection| -> Result<Vec<(String, i64)>, rusqlite::Error> {
        let mut statement =
            connection.prepare("SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid")?;
        let found = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.collect()
    };
    let had: Vec<String> = list(from)?.into_iter().map(|(name, _)| name).collect();
    let mut all = list(to)?;
    all.retain(|(name, _)| had.contains(name));
    let names = all.iter().map(|(name, _)| name.clone()).collect();
    all.retain(|(_, place)| *place > 0);
    all.sort_by_key(|(_, place)| *place);
    Ok((names, all.into_iter().map(|(name, _)| name).collect()))
}

/// One table on its way.
struct Copy<'a> {
    source: &'a mut Source,
    to: &'a Connection,
    table: &'a str,
    columns: String,
    count: usize,
    /// Numbers of the rows that read.
    read: BTreeSet<i64>,
}

impl Copy<'_> {
    fn by_row(&mut self) -> Result<Lost, StoreError> {
        let select = format!(
            "SELECT {}, rowid FROM {} NOT INDEXED WHERE rowid",
            self.columns, self.table
        );
        if self.take(&format!("{select} > ?1 ORDER BY rowid"), 0)? == Read::Whole {
            return Ok(Lost::Nothing);
        }
        let last = self.read.last().copied().unwrap_or(0);
        self.take(&format!("{select} > ?1 ORDER BY rowid DESC"), last)?;
        let one = format!("{select} = ?1");
        if let Some(all) = self.all_rows()? {
            let missing: Vec<i64> = all.difference(&self.read).copied().collect();
            for row in missing {
                self.take(&one, row)?;
            }
            let unread = all.difference(&self.read).count();
            return Ok(match u64::try_from(unread).unwrap_or(u64::MAX) {
                0 => Lost::Nothing,
                rows => Lost::Rows(rows),
            });
        }
        let next = self.read.range(last + 1..).next().copied();
        let end = next.unwrap_or(i64::MAX);
        let mut failed = 0;
        for row in last + 1..end.min(last.saturating_add(PROBED_ROWS_MAX)) {
            match self.take(&one, row)? {
                Read::Whole => failed = 0,
                Read::Broken => failed += 1,
            }
            if failed >= FAILED_ROWS_MAX {
                break;
            }
        }
        Ok(Lost::Unknown)
    }

    fn by_columns(&mut self, keys: &[String]) -> Result<Lost, StoreError> {
        let order = |way: &str| {
            let parts: Vec<String> = keys.iter().map(|key| format!("{key} {way}")).collect();
            format!(
                "SELECT {}, 0 FROM {} WHERE ?1 = 0 ORDER BY {}",
                self.columns,
                self.table,
                parts.join(", ")
            )
        };
        let (up, down) = (order("ASC"), order("DESC"));
        if self.take(&up, 0)? == Read::Whole {
            return Ok(Lost::Nothing);
        }
        self.take(&down, 0)?;
        Ok(Lost::Unknown)
    }

    /// The numbers of all rows, as far as an index still says so.
    fn all_rows(&mut self) -> Result<Option<BTreeSet<i64>>, StoreError> {
        let mut all = BTreeSet::new();
        // The engine answers from the narrowest index that has the numbers.
        let sql = format!("SELECT rowid FROM {} WHERE ?1 = 0", self.table);
        let read = self.source.scan(&sql, 0, |row| {
            all.insert(row.get(0)?);
            Ok(())
        })?;
        Ok((read == Read::Whole).then_some(all))
    }

    /// Copies what a query gives until it breaks.
    fn take(&mut self, sql: &str, bound: i64) -> Result<Read, StoreError> {
        let (to, count, read) = (self.to, self.count, &mut self.read);
        let marks = vec!["?"; count].join(", ");
        let put = format!(
            "INSERT OR IGNORE INTO {} ({}) VALUES ({marks})",
            self.table, self.columns
        );
        self.source.scan(sql, bound, |row| {
            let mut values = Vec::with_capacity(count);
            for column in 0..count {
                values.push(row.get::<_, Value>(column)?);
            }
            to.prepare_cached(&put)?.execute(params_from_iter(values))?;
            read.insert(row.get(count)?);
            Ok(())
        })
    }
}
