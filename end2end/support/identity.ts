// Who people say they are, and what they say of an organization.

export interface Identity {
  username: string;
  email: string;
  password: string;
}

export interface Organization {
  name: string;
  display: string;
  url: string;
  description: string;
}
