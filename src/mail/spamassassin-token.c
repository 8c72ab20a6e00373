#include "config.h"

#include "mail/spamassassin-token.h"

#include <ctype.h>
#include <string.h>

#include "base/array.h"

#define DIGITS "0123456789"
#define OPERATOR_MAX 5 /* bytes that SpamAssassin takes for an operator */
#define PARTS_MAX 11   /* of a class's name */

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static size_t
operator_length(const char *text)
{
	static const char *const operators[] = { "||", "&&",
		">=", "<=", "==", "!=", "(", ")", "^", "!", ">", "<", "*", "/",
		"?", ":" };

	for (size_t i = 0; i < LENGTH(operators); i++)
		if (strncmp(text, operators[i], strlen(operators[i])) == 0)
			return strlen(operators[i]);
	return 0;
}

/* Returns the length of the token that a text begins with; 0: none. */
static size_t
token_length(const char *text)
{
	size_t len = strspn(text, "-+." DIGITS);

	if (len > 0)
		return len;
	while (is_word(text[len]) || (len > 0 && text[len] == ':'))
		len++;
	return len > 0 ? len : operator_length(text);
}

void
sa_tokens_next(struct sa_tokens *t)
{
	size_t len = 0;

	/* SpamAssassin skips all other bytes. */
	while (*t->at != '\0' && (len = token_length(t->at)) == 0)
		t->at++;
	if (len >= sizeof(t->token)) {
		sa_tokens_fail(t, "unparseable value '%.*s'", (int)len, t->at);
		len = 0;
	}
	memcpy(t->token, t->at, len);
	t->token[len] = '\0';
	t->at += len;
}

void
sa_tokens_start(struct sa_tokens *t, const char *expression)
{
	t->at = expression;
	sa_tokens_next(t);
}

bool
sa_tokens_take(struct sa_tokens *t, const char *token)
{
	if (strcmp(t->token, token) != 0)
		return false;
	sa_tokens_next(t);
	return true;
}

void
sa_tokens_fail(struct sa_tokens *t, const char *format, ...)
{
	va_list list;

	if (t->why != NULL)
		return;
	va_start(list, format);
	t->why = vformat_text(format, list);
	va_end(list);
}

bool
sa_token_is_number(const char *token)
{
	size_t digits;

	token += *token == '-' || *token == '+';
	digits = strspn(token, DIGITS);
	if (digits == 0)
		return false;
	token += digits;
	if (*token == '.' && (digits = strspn(token + 1, DIGITS)) > 0)
		token += 1 + digits;
	return *token == '\0';
}

bool
sa_token_is_class(const char *token)
{
	for (int parts = 1; parts <= PARTS_MAX; parts++) {
		const char *start = token;

		while (is_word(*token))
			token++;
		if (token == start)
			return false;
		if (*token == '\0')
			return true;
		if (token[0] != ':' || token[1] != ':')
			return false;
		token += 2;
	}
	return false;
}

/* Returns SpamAssassin's word for a token that it refuses, else NULL. */
static const char *
objection(const char *token)
{
	bool word = is_word(token[0]);

	if (!word && strpbrk(token, DIGITS) == NULL &&
	    strlen(token) <= OPERATOR_MAX)
		return NULL;
	if (sa_token_is_number(token) || sa_token_is_class(token))
		return token[1] == '\0' && isalpha((unsigned char)token[0])
		    ? "unparseable"
		    : NULL;
	return word && strspn(token, DIGITS) == 0 && token[1] != '\0'
	    ? "not allowed"
	    : "unparseable";
}

void
sa_tokens_check(struct sa_tokens *t)
{
	for (; t->token[0] != '\0'; sa_tokens_next(t)) {
		const char *why = objection(t->token);

		if (why != NULL) {
			sa_tokens_fail(t, "%s value '%s'", why, t->token);
			return;
		}
	}
}
