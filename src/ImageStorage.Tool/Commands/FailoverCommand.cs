using System.CommandLine;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Commands;

/// <summary>The base of the commands on a store and its fallbacks.</summary>
internal abstract class FailoverCommand : StoreCommand
{
    private readonly Option<StoreUri[]> _fallbacks;

    protected FailoverCommand(ToolConsole console, string name, string description, bool needsFallback)
        : base(console, name, description, StoreAccess.PossiblyUnreachable)
    {
        _fallbacks = new("--fallback")
        {
            Description = "A fallback of the store, written like the store itself; repeat the option for each further fallback, in the order of the application",
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
                result.AddError("The fallback is the store itself: name the fallback of the application.");
            }

            if (fallbacks.Distinct().Count() < fallbacks.Length)
            {
                result.AddError("A fallback is named twice: name each fallback once, in the order of the application.");
            }
        });
    }

    protected OpenStore OpenWithFallbacks(ParseResult arguments) => Open(arguments, arguments.GetValue(_fallbacks) ?? []);
}
