using System.CommandLine;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Commands;

/// <summary>A command on a store and its fallbacks.</summary>
internal abstract class FailoverCommand : StoreCommand
{
    private readonly Option<StoreUri[]> _fallbacks;

    protected FailoverCommand(ToolConsole console, string name, string description, bool needsFallback)
        : base(console, name, description)
    {
        _fallbacks = new("--fallback")
        {
            Description = "The fallback of the store, written like the store itself",
            HelpName = "URI",
            Required = needsFallback,
            Arity = needsFallback ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
            AllowMultipleArgumentsPerToken = false,
            CustomParser = Parsers.Stores,
        };
        Options.Add(_fallbacks);
        Validators.Add(result =>
        {
            var fallbacks = result.GetValue(_fallbacks) ?? [];
            if (StoreOf(result) is { } store && Array.Exists(fallbacks, fallback => fallback == store))
            {
                result.AddError("The fallback is the store itself: name the one that the application falls back to.");
            }

            // The core allows one; a chain of several will need this line no more.
            if (fallbacks.Length > 1)
            {
                result.AddError("A store has one fallback: give --fallback once.");
            }
        });
    }

    protected OpenStore OpenWithFallbacks(ParseResult arguments) => Open(arguments, arguments.GetValue(_fallbacks) ?? []);
}
