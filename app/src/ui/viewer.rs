//! Who is signed in, for every page.

use super::data::Data;
use shared::wire::accounts::Viewer;

/// The data of the viewer: who is signed in, and what the frame shows them.
#[derive(Clone, Copy)]
pub struct ViewerData(pub Data<Viewer>);
