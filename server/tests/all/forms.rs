//! What people do without JavaScript: the screens of each area, gone through with real forms on the real router, on both
//! engines. What only a browser shows is played in Chromium (`end2end/journeys`).

mod accounts;
mod administration;
mod conversation;
mod frame;
mod invitations;
mod meanwhile;
mod organizations;
mod people;
mod private;
mod requests;
mod settings;
mod wire;
mod wrong_inputs;
