//! Zhiban
