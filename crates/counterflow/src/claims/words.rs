//! The closed lists of words in a claim's head.

/// An enumeration with a word for each value.
macro_rules! word_list {
    ($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $value:ident $word:literal)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$meaning])* $value),+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[$name] = &[$($name::$value),+];

            /// The word in the file.
            pub fn word(self) -> &'static str {
                match self { $($name::$value => $word),+ }
            }
        }
    };
}

word_list! {
    /// Who makes a claim.
    Side {
        /// The source article.
        Article "article"
        /// Its rebuttal.
        Rebuttal "rebuttal"
    }
}

word_list! {
    /// What sort of sentence a claim is.
    Kind {
        /// It can be counted or looked up.
        Factual "factual"
        /// It says that one thing brings about another.
        Causal "causal"
        /// It is about what will happen.
        Prediction "prediction"
        /// It weighs what is right or lawful.
        Value "value"
    }
}

word_list! {
    /// How a claim stands against the public record.
    Status {
        /// The record bears it out.
        Supported "supported"
        /// A part of it is borne out.
        Partly "partly"
        /// It was borne out once.
        Outdated "outdated"
        /// The record points both ways, or is silent on what will happen.
        Contested "contested"
        /// The record does not bear it out.
        Unsupported "unsupported"
        /// Recorded, not scored.
        ValueJudgement "value judgement"
    }
}
