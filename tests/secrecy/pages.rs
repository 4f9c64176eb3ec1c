//! The pages of an encrypted file as somebody reads them who has the key: all
//! that is in the file and in its log of writes, used or free.
//!
//! The format of `SQLCipher`, read by hand and not through the library, so that
//! nothing the library would skip is skipped: AES-256-CBC page by page, the
//! raw key, each page's vector in its last 80 bytes before the MAC.

const PAGE_BYTES: usize = 4_096;
/// What a page keeps at its end: vector and MAC.
const RESERVED_BYTES: usize = 80;
const BLOCK_BYTES: usize = 16;
/// The salt stands where a plain file has its magic words.
const SALT_BYTES: usize = 16;
const WAL_HEAD_BYTES: usize = 32;
const FRAME_HEAD_BYTES: usize = 24;
/// The two numbers that a log of writes begins with.
const WAL_MAGIC: [[u8; 4]; 2] = [[0x37, 0x7f, 0x06, 0x82], [0x37, 0x7f, 0x06, 0x83]];
const ROUNDS: usize = 14;

/// AES-256 backwards (FIPS 197 §5.3).
struct Aes {
    inverse: [u8; 256],
    /// Products with 9, 11, 13 and 14.
    times: [[u8; 256]; 4],
    keys: Vec<[u8; 4]>,
}

fn double(byte: u8) -> u8 {
    (byte << 1) ^ if byte & 0x80 == 0 { 0 } else { 0x1b }
}

fn product(mut left: u8, mut right: u8) -> u8 {
    let mut sum = 0;
    while right != 0 {
        if right & 1 == 1 {
            sum ^= left;
        }
        left = double(left);
        right >>= 1;
    }
    sum
}

fn products(by: u8) -> [u8; 256] {
    let mut table = [0; 256];
    for byte in 0..=255_u8 {
        table[usize::from(byte)] = product(byte, by);
    }
    table
}

fn substitution() -> [u8; 256] {
    let mut table = [0x63; 256];
    let (mut p, mut q) = (1_u8, 1_u8);
    loop {
        // p runs through all bytes but 0, q through their inverses.
        p ^= double(p);
        q ^= q << 1;
        q ^= q << 2;
        q ^= q << 4;
        if q & 0x80 != 0 {
            q ^= 0x09;
        }
        let turned = [1, 2, 3, 4].map(|by| q.rotate_left(by));
        table[usize::from(p)] = turned.into_iter().fold(0x63 ^ q, |sum, next| sum ^ next);
        if p == 1 {
            return table;
        }
    }
}

impl Aes {
    fn new(key: &[u8; 32]) -> Self {
        let forward = substitution();
        let mut inverse = [0; 256];
        for (from, to) in (0..=255_u8).zip(forward) {
            inverse[usize::from(to)] = from;
        }
        let times = [9, 11, 13, 14].map(products);
        let mut keys: Vec<[u8; 4]> = key.as_chunks::<4>().0.to_vec();
        let mut round = 1;
        while keys.len() < 4 * (ROUNDS + 1) {
            let mut word = keys[keys.len() - 1];
            if keys.len().is_multiple_of(8) {
                word.rotate_left(1);
                word = word.map(|byte| forward[usize::from(byte)]);
                word[0] ^= round;
                round = double(round);
            } else if keys.len() % 8 == 4 {
                word = word.map(|byte| forward[usize::from(byte)]);
            }
            let before = keys[keys.len() - 8];
            keys.push(std::array::from_fn(|at| word[at] ^ before[at]));
        }
        Self {
            inverse,
            times,
            keys,
        }
    }

    fn add_key(&self, block: &mut [u8; BLOCK_BYTES], round: usize) {
        let keys = self.keys[4 * round..4 * round + 4].as_flattened();
        for (byte, key) in block.iter_mut().zip(keys) {
            *byte ^= key;
        }
    }

    fn decrypt(&self, mut block: [u8; BLOCK_BYTES]) -> [u8; BLOCK_BYTES] {
        self.add_key(&mut block, ROUNDS);
        for round in (0..ROUNDS).rev() {
            // Row r of column c comes from column c − r.
            block = std::array::from_fn(|at| {
                let (column, row) = (at / 4, at % 4);
                let from = block[(column + 4 - row) % 4 * 4 + row];
                self.inverse[usize::from(from)]
            });
            self.add_key(&mut block, round);
            if round > 0 {
                let [nine, eleven, thirteen, fourteen] = &self.times;
                block = std::array::from_fn(|at| {
                    let (column, row) = (at / 4 * 4, at % 4);
                    let byte = |by: usize| usize::from(block[column + (row + by) % 4]);
                    fourteen[byte(0)] ^ eleven[byte(1)] ^ thirteen[byte(2)] ^ nine[byte(3)]
                });
            }
        }
        block
    }
}

/// One page in plain, without its end.
fn page(aes: &Aes, bytes: &[u8], number: u32) -> Vec<u8> {
    let end = PAGE_BYTES - RESERVED_BYTES;
    let begin = if number == 1 { SALT_BYTES } else { 0 };
    let mut last: [u8; BLOCK_BYTES] = bytes[end..end + BLOCK_BYTES].try_into().unwrap();
    let mut plain = vec![0; begin];
    for block in bytes[begin..end].as_chunks::<BLOCK_BYTES>().0 {
        let clear = aes.decrypt(*block);
        plain.extend(clear.iter().zip(last).map(|(byte, before)| byte ^ before));
        last = *block;
    }
    plain
}

/// All that a file of a desk says to somebody with the desk's key, whether it
/// is a database, its log of writes, one page of it or no such file at all.
pub fn plain(bytes: &[u8], key: &[u8; 32]) -> Vec<u8> {
    let aes = Aes::new(key);
    // What a file says without any key counts too.
    let mut all = bytes.to_vec();
    if bytes.len() >= WAL_HEAD_BYTES && WAL_MAGIC.iter().any(|magic| bytes.starts_with(magic)) {
        // Also the frames behind the last commit, and those of earlier rounds.
        for frame in bytes[WAL_HEAD_BYTES..].chunks_exact(FRAME_HEAD_BYTES + PAGE_BYTES) {
            let number = u32::from_be_bytes(frame[..4].try_into().unwrap());
            all.extend(page(&aes, &frame[FRAME_HEAD_BYTES..], number));
        }
    } else {
        for (number, bytes) in (1..).zip(bytes.chunks_exact(PAGE_BYTES)) {
            all.extend(page(&aes, bytes, number));
        }
    }
    all
}

#[test]
fn the_cipher_is_the_one_of_the_standard() {
    // FIPS 197, appendix C.3.
    let mut key = [0; 32];
    for (byte, number) in key.iter_mut().zip(0..) {
        *byte = number;
    }
    let cipher = 0x8ea2_b7ca_5167_45bf_eafc_4990_4b49_6089_u128.to_be_bytes();
    let clear = 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff_u128.to_be_bytes();
    assert_eq!(Aes::new(&key).decrypt(cipher), clear);
}
