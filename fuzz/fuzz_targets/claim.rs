//! Claims about the bundled model.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| counterflow_tests::parsers::claim(bytes));
