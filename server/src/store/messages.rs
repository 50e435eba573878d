//! The conversation about a request: questions, answers, and the administrators' notes.

use super::{FromRow, Row, StoreResult, Tx};
use shared::ids::{MessageId, RequestId};
use shared::rules::Party;
use shared::rules::requests::Question;
use shared::text::Reason;
use shared::timestamp::Timestamp;
use shared::wire::requests::{Exchange, Note, Reply};
use strum::{EnumString, IntoStaticStr};

/// The kind of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    Question,
    Answer,
    Note,
}

impl Kind {
    /// The stored code.
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        code.parse().ok()
    }
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: MessageId,
    pub kind: Kind,
    pub author: Party,
    /// Whether the author is an enabled administrator.
    pub administers: bool,
    pub body: String,
    /// The question that it answers.
    pub answers: Option<MessageId>,
    pub written_at: Timestamp,
}

impl FromRow for Message {
    fn from_row(row: &Row) -> StoreResult<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: row.code("kind", Kind::from_code)?,
            author: Party { id: row.get("author_id")?, username: row.get("username")? },
            administers: row.get::<bool>("administrator")? && row.get::<String>("state")? == "active",
            body: row.get("body")?,
            answers: row.maybe("answers_id")?,
            written_at: row.get("written_at")?,
        })
    }
}

/// The messages about a request, oldest first.
#[derive(Clone, Debug)]
pub struct Conversation(Vec<Message>);

/// The latest 500 messages about a request.
pub async fn of_request(tx: &mut Tx<'_>, id: RequestId) -> StoreResult<Conversation> {
    let mut messages: Vec<Message> = tx
        .sql(
            "select m.id, m.kind, m.author_id, a.username, a.administrator, a.state, m.body, m.answers_id, m.written_at
             from request_message m join account a on a.id = m.author_id
             where m.request_id = $1 order by m.written_at desc, m.id desc limit 500",
        )
        .bind(id)
        .list()
        .await?;
    messages.reverse();
    Ok(Conversation(messages))
}

impl Conversation {
    fn of(&self, kind: Kind) -> impl Iterator<Item = &Message> {
        self.0.iter().filter(move |message| message.kind == kind)
    }

    fn answer_to(&self, question: &Message) -> Option<&Message> {
        self.of(Kind::Answer).find(|answer| answer.answers == Some(question.id))
    }

    /// The questions as facts for the rules.
    pub fn questions(&self) -> Vec<Question> {
        let question = |asked: &Message| Question {
            id: asked.id,
            asked_by: asked.author.clone(),
            asker_administers: asked.administers,
            words: Reason::from_stored(asked.body.clone()),
            answered: self.answer_to(asked).is_some(),
        };
        self.of(Kind::Question).map(question).collect()
    }

    /// The questions with their answers, which both sides see.
    pub fn exchanges(&self) -> Vec<Exchange> {
        let reply = |answer: &Message| Reply { at: answer.written_at, body: answer.body.clone() };
        let exchange = |asked: &Message| Exchange {
            id: asked.id,
            asked_by: asked.author.username.clone(),
            asked_at: asked.written_at,
            question: asked.body.clone(),
            answer: self.answer_to(asked).map(reply),
        };
        self.of(Kind::Question).map(exchange).collect()
    }

    /// The administrators' notes.
    pub fn notes(&self) -> Vec<Note> {
        let note =
            |note: &Message| Note { by: note.author.username.clone(), at: note.written_at, body: note.body.clone() };
        self.of(Kind::Note).map(note).collect()
    }
}
