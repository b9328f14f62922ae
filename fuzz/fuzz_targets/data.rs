//! Data series in CSV.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| counterflow_tests::parsers::data(bytes));
