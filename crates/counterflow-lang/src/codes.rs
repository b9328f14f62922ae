//! The list of message codes. Each has a page in `errors/`, and the page's example must raise it.
//!
//! E0 is about files and characters, E1 syntax, E2 names, E3 arrays, E4 units, E5 order of computation, E6 evidence,
//! E7 imported files, E8 the claims ledger, E9 natural experiments; W are warnings. To add one: a line here and a page.

use crate::diagnostic::Severity;
use std::fmt;

macro_rules! codes {
    ($($code:ident $title:literal)+) => {
        /// A kind of message.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title] $code),+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Code] = &[$(Code::$code),+];

            /// The code as written.
            pub fn text(self) -> &'static str {
                match self { $(Code::$code => stringify!($code)),+ }
            }

            /// What it says, in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Code::$code => $title),+ }
            }

            /// The page that explains it, in Markdown.
            pub fn page(self) -> &'static str {
                match self { $(Code::$code => include_str!(concat!("../errors/", stringify!($code), ".md"))),+ }
            }
        }
    };
}

codes! {
    E0001 "file too large"
    E0002 "fence not closed"
    E0003 "character without meaning"
    E0004 "quotation mark not closed"
    E0005 "not a number"
    E1001 "something else was expected here"
    E1002 "unknown statement"
    E1003 "clause that does not belong here"
    E1004 "clause given twice"
    E1005 "clause missing"
    E1006 "nested too deeply"
    E1007 "text outside a statement"
    E1008 "not a unit"
    E1009 "wrong number of arguments"
    E1010 "unknown word"
    E1011 "impossible prior"
    E1012 "impossible lookup"
    E1013 "no horizon"
    E1014 "more than one horizon"
    E1015 "impossible horizon"
    E1016 "not the form of a name"
    E1017 "not one list of amounts"
    E2001 "unknown name"
    E2002 "declared twice"
    E2003 "reserved name"
    E2004 "unknown function"
    E2005 "not a value"
    E2006 "unknown data series"
    E2007 "not a flow"
    E2008 "random stream used twice"
    E2009 "unknown dimension"
    E2010 "unknown source"
    E2011 "not a number or parameter"
    E2012 "no loop goes through it"
    E2013 "not a lever or parameter"
    E2014 "not an amount of this input"
    E2015 "time outside the run"
    E3001 "unknown element"
    E3002 "wrong number of subscripts"
    E3003 "dimension left open"
    E3004 "nothing to reduce"
    E3005 "wrong number of values"
    E3006 "elements do not match"
    E3007 "array too large"
    E3008 "not a single value"
    E3009 "dimension given twice"
    E3010 "element given twice"
    E3011 "star outside a reduction"
    E3012 "dimension both reduced and running"
    E4001 "equation and declaration differ in unit"
    E4002 "units do not agree"
    E4003 "not dimensionless"
    E4004 "flow does not fit its stock"
    E4005 "argument in the wrong unit"
    E4006 "unknown base unit"
    E4007 "series in another unit"
    E4008 "unit has no root"
    E5001 "circular definition"
    E5002 "circular initial values"
    E6001 "evidence missing"
    E6002 "number without a name"
    E6003 "never used"
    E6004 "value outside its range"
    E6005 "prior outside the range"
    E6006 "empty range"
    E6007 "source never cited"
    E7001 "not well-formed XML"
    E7002 "not an XMILE model"
    E7003 "not supported by the import"
    E7004 "equation missing"
    E7005 "not constant"
    E8001 "head of a claim does not read"
    E8002 "section missing or out of place"
    E8003 "not a placeholder"
    E8004 "no such figure"
    E8005 "statement without a source"
    E8006 "sources listed and cited differ"
    E8007 "unknown policy"
    E9001 "head of an experiment does not read"
    E9002 "section of an experiment missing or out of place"
    E9003 "not a move, setting or span"
    E9004 "statement of a study without a source"
    W0001 "no model text"
    W2006 "no data to compare with"
    W4006 "unknown base unit"
    W6001 "evidence missing"
    W6003 "never used"
    W6007 "source never cited"
    W7001 "read as the nearest that is supported"
    W7002 "time rounded to whole steps"
}

impl Code {
    /// Codes that begin with W are warnings.
    pub fn severity(self) -> Severity {
        if self.text().starts_with('W') { Severity::Warning } else { Severity::Error }
    }

    /// The code written so, in any case.
    pub fn named(text: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.text().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
