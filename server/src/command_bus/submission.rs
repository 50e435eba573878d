//! How a form was submitted: the claim to its outcome, and the preview that its sender saw.

use super::{CommandBus, LoadFacts};
use crate::context::Origin;
use serde::Serialize;
use shared::problem::Problem;
use shared::wire::Consent;

/// How a command was submitted. The default is that of jobs and of the command line: no form, and no preview.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    pub(super) claim: Option<Claim>,
    pub(super) preview_digest: String,
}

impl Submission {
    /// Without a form, by somebody who saw the preview with this digest.
    pub fn agreed(preview_digest: String) -> Self {
        Self { claim: None, preview_digest }
    }
}

/// The claim of a form to its outcome: a keyed hash of its idempotency key, its actor, its command, and everything that
/// was typed, secrets included. If any of them differs, it is another form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim(pub [u8; 32]);

impl CommandBus {
    /// The submission of a form for a command.
    ///
    /// # Errors
    /// The form has no idempotency key, which each of our forms has.
    pub fn submission<C: LoadFacts>(
        &self,
        origin: &Origin,
        form: &impl Serialize,
        consent: Consent,
    ) -> Result<Submission, Problem> {
        let Consent { idempotency_key, preview_digest } = consent;
        if !(16..=128).contains(&idempotency_key.len()) {
            return Err(Problem::Malformed {});
        }
        let actor = if C::CLAIMED_BY_ACTOR { origin.tag() } else { String::new() };
        // Browsers send line breaks in a posted form as CR LF, and scripts send them as LF.
        let typed = serde_json::to_string(form).map_err(|_| Problem::Malformed {})?.replace(r"\r\n", r"\n");
        let claim = Claim(self.mailer.key.hash(&[&idempotency_key, &actor, C::NAME, &typed]));
        Ok(Submission { claim: Some(claim), preview_digest })
    }
}
