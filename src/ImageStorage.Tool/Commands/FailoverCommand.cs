using System.CommandLine;
using System.CommandLine.Parsing;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Commands;

/// <summary>The base of the commands on a store with its fallbacks or its mirror.</summary>
internal abstract class FailoverCommand : StoreCommand
{
    private readonly Option<StoreUri[]> _fallbacks;
    private readonly Option<StoreUri?> _mirror = new("--mirror")
    {
        Description = "The mirror of the store, written like the store itself",
        HelpName = "URI",
        CustomParser = Parsers.Store,
    };

    /// <summary>Creates the command.</summary>
    /// <param name="console">The console.</param>
    /// <param name="name">The name of the command.</param>
    /// <param name="description">The description in the help.</param>
    /// <param name="needsFallback">True if the command works on fallbacks alone.</param>
    /// <param name="access">How the command opens the store; null if a part may be unreachable.</param>
    protected FailoverCommand(ToolConsole console, string name, string description, bool needsFallback, StoreAccess? access = null)
        : base(console, name, description, access ?? StoreAccess.PossiblyUnreachable)
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
        if (!needsFallback)
        {
            Options.Add(_mirror);
            Validators.Add(CheckMirror);
        }

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

    /// <summary>Opens the store with its fallbacks or its mirror.</summary>
    protected OpenStore OpenWithParts(ParseResult arguments) => Open(arguments, arguments.GetValue(_fallbacks), arguments.GetValue(_mirror));

    /// <summary>Returns whether the command line names a part beside the store itself.</summary>
    protected bool HasParts(ParseResult arguments) => arguments.GetValue(_fallbacks) is { Length: > 0 } || arguments.GetValue(_mirror) is not null;

    private void CheckMirror(CommandResult result)
    {
        if (result.GetResult(_mirror) is null)
        {
            return;
        }

        if (result.GetValue(_fallbacks) is { Length: > 0 })
        {
            result.AddError("A store has fallbacks or a mirror: give --fallback or --mirror.");
        }

        if (StoreOf(result) is { } store && store == result.GetValue(_mirror))
        {
            result.AddError("The mirror is the store itself: name the mirror of the application.");
        }
    }
}
