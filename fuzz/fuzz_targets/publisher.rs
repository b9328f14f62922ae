//! Tables as publishers give them out.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| counterflow_tests::parsers::publisher(bytes));
