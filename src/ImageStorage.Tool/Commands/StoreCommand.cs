using System.CommandLine;
using System.CommandLine.Parsing;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Commands;

/// <summary>
/// One command of the tool, on one store. Here is what all of them share: the options, the opening of the store, and what
/// becomes of failures.
/// </summary>
internal abstract class StoreCommand : Command
{
    private readonly Option<StoreUri> _store = new("--store")
    {
        Description = $"The store: {StoreSchemes.Syntaxes}",
        HelpName = "URI",
        Required = true,
        CustomParser = Parsers.Store,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document instead of text" };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Print the details of failures" };
    private readonly StoreAccess _access;

    protected StoreCommand(ToolConsole console, string name, string description, StoreAccess access = StoreAccess.Existing)
        : base(name, description)
    {
        Console = console;
        _access = access;
        Options.Add(_store);
        Options.Add(_json);
        Options.Add(_verbose);
        SetAction(RunAsync);
    }

    protected ToolConsole Console { get; }

    /// <summary>Does the work; failures are thrown.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    protected abstract Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken);

    protected static ToolException NotFound(ImageKey key) => new($"There is no image '{key}' in the store.");

    protected bool IsJson(ParseResult arguments) => arguments.GetValue(_json);

    protected bool IsJson(CommandResult arguments) => arguments.GetValue(_json);

    /// <summary>The store, as it is named on the command line; null while that is not understood.</summary>
    protected StoreUri? StoreOf(CommandResult arguments) => arguments.GetValue(_store);

    /// <summary>Opens the store. Look at local files first: a command that cannot work must not leave a new store behind.</summary>
    protected OpenStore Open(ParseResult arguments, params IReadOnlyList<StoreUri> fallbacks) => OpenStore.Open(arguments.GetRequiredValue(_store), _access, fallbacks);

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await ExecuteAsync(arguments, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Console.Error.WriteLine("error: Cancelled.");
            return ExitCode.Cancelled;
        }
#pragma warning disable CA1031 // The outermost boundary: whatever comes here ends as a message and an exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            FailureReport.Write(Console, exception, arguments.GetValue(_verbose));
            return ExitCode.Failure;
        }
    }
}
