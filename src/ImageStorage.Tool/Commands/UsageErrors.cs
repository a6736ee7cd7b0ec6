using System.CommandLine;
using System.CommandLine.Parsing;
using ImageStorage.Settings;

namespace ImageStorage.Tool.Commands;

/// <summary>Describes the mistakes in a command line, each mistake once and with the names of the help.</summary>
internal static class UsageErrors
{
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var missing = command.Arguments.Where(argument => IsMissing(parsed.CommandResult, argument)).ToList();
        var unrecognised = parsed.UnmatchedTokens.Count > 0;
        foreach (var error in parsed.Errors)
        {
            if (error.SymbolResult is ArgumentResult { Tokens.Count: 0, Argument: var argument } && missing.Contains(argument))
            {
                // Reported below, with a name.
                continue;
            }

            if (error.SymbolResult is CommandResult && error.SymbolResult == parsed.CommandResult && IsGroupWithoutChoice(command, parsed))
            {
                if (!unrecognised || error.Message.Contains(parsed.UnmatchedTokens[0], StringComparison.Ordinal))
                {
                    yield return unrecognised
                        ? $"'{parsed.UnmatchedTokens[0]}' is not a command{Suggestion(parsed.UnmatchedTokens[0], command.Subcommands.Select(sub => sub.Name))}: use one of {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}."
                        : $"Name a command: one of {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}.";
                }

                continue;
            }

            yield return parsed.UnmatchedTokens.FirstOrDefault(token => token.StartsWith('-') && error.Message.Contains(token, StringComparison.Ordinal)) is { } option
                ? $"'{option}' is not an option of '{NameOf(command)}'{Suggestion(option, command.Options.SelectMany(known => known.Aliases.Prepend(known.Name)))}."
                : error.Message;
        }

        foreach (var argument in missing)
        {
            yield return $"{argument.Name} is missing: {char.ToLowerInvariant(argument.Description![0])}{argument.Description[1..]}.";
        }
    }

    /// <summary>Returns a command with the names of its parents, such as <c>imagestorage tx ls</c>.</summary>
    public static string NameOf(Command command) => string.Join(' ', command.Parents.OfType<Command>().Select(NameOf).Append(command.Name));

    private static string Suggestion(string word, IEnumerable<string> known) => NearestName.Of(word, known) is { } nearest ? $" (did you mean '{nearest}'?)" : string.Empty;

    private static bool IsMissing(CommandResult command, Argument argument) =>
        argument.Arity.MinimumNumberOfValues > 0 && command.GetResult(argument) is null or { Tokens.Count: 0 };

    private static bool IsGroupWithoutChoice(Command command, ParseResult parsed) => command.Subcommands.Count > 0 && command.Action is null && parsed.Errors.Count > 0;
}
