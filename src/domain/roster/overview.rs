//! The roster at a moment, as the board and the scripts show it: who is on,
//! what each post has of tonight, and where somebody is missing. All of it is
//! read off from one [`Watch`].

use std::collections::BTreeMap;

use super::code::{CodeHours, Duty};
use super::night::{Mark, coverage, night, tonight};
use super::watch::{Gap, Stand, Watch};
use super::{Post, Rota};
use crate::domain::area::AreaCode;
use crate::domain::ids::RecordId;
use crate::domain::time::{Date, Timestamp};

/// How far ahead gaps are looked for (behaviour.md B16: 14 days).
pub const GAPS_AHEAD_DAYS: i32 = 14;

/// A post with what it has of tonight.
#[derive(Clone, Debug, PartialEq)]
pub struct PostView {
    /// Which.
    pub id: RecordId,
    /// Where.
    pub area: AreaCode,
    /// What it is.
    pub post: Post,
    /// What it has of the night that [`Overview::night`] names.
    pub mark: Mark,
}

/// The roster at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// The moment.
    pub now: Timestamp,
    /// The date of the night that runs, or of the next one.
    pub night: Date,
    /// When that night is over.
    pub night_ends: Timestamp,
    /// What everybody does.
    pub watch: Watch,
    /// Every post, by area and name.
    pub posts: Vec<PostView>,
    /// Where less than is needed is there, from now on, the earliest first.
    pub gaps: Vec<Gap>,
    by_post: BTreeMap<RecordId, usize>,
}

impl Overview {
    /// The roster of these posts and lines at `now`.
    #[must_use]
    pub fn of<'a>(
        posts: impl IntoIterator<Item = (RecordId, AreaCode, &'a Post)>,
        rotas: impl IntoIterator<Item = (RecordId, &'a Rota)>,
        hours: &CodeHours,
        now: Timestamp,
    ) -> Self {
        let watch = Watch::of(rotas);
        let date = tonight(now, hours);
        let last = now.date().saturating_add_days(GAPS_AHEAD_DAYS);
        let mut views = Vec::new();
        let mut gaps = Vec::new();
        for (id, area, post) in posts {
            let (mark, _) = coverage(&watch, (id, post), date, hours);
            // From the day before: its night may still run.
            gaps.extend(watch.gaps(id, post.needs, hours, (date, last), now));
            views.push(PostView {
                id,
                area,
                post: post.clone(),
                mark,
            });
        }
        views.sort_by(|one, other| {
            let key = |it: &PostView| (it.area, it.post.kind, it.post.name.clone(), it.id);
            key(one).cmp(&key(other))
        });
        gaps.sort_unstable();
        let by_post = views.iter().map(|view| view.id).zip(0..).collect();
        Self {
            now,
            night: date,
            night_ends: night(date, hours).until,
            watch,
            posts: views,
            gaps,
            by_post,
        }
    }

    /// A post.
    #[must_use]
    pub fn post(&self, id: RecordId) -> Option<&PostView> {
        self.posts.get(*self.by_post.get(&id)?)
    }

    /// Gaps of now and of tonight.
    pub fn gaps_tonight(&self) -> impl Iterator<Item = &Gap> {
        let until = self.night_ends;
        self.gaps.iter().filter(move |gap| gap.span.from < until)
    }

    /// Gaps after tonight.
    pub fn gaps_later(&self) -> impl Iterator<Item = &Gap> {
        let until = self.night_ends;
        self.gaps.iter().filter(move |gap| gap.span.from >= until)
    }

    /// Who is on now, or can be called, by post.
    #[must_use]
    pub fn now_as(&self, duty: Duty) -> Vec<&Stand> {
        let mut stands: Vec<&Stand> = self
            .watch
            .at(self.now)
            .filter(|stand| stand.duty == duty && self.by_post.contains_key(&stand.post))
            .collect();
        stands.sort_by_key(|stand| (self.by_post.get(&stand.post), stand.person.id));
        stands
    }
}
