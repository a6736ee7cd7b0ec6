using System.CommandLine;
using System.CommandLine.Parsing;
using ImageStorage.Tool.Files;
using ImageStorage.Tool.Output;
using ImageStorage.Tool.Stores;

namespace ImageStorage.Tool.Commands;

/// <summary>
/// The base of the commands on one store: their common options, the opening of the store, and the handling of failures.
/// </summary>
internal abstract class StoreCommand : Command
{
    /// <summary>The environment variable that names the store for commands without <c>--store</c>.</summary>
    public const string StoreVariable = "IMAGESTORAGE_STORE";

    private readonly Option<StoreUri?> _store = new("--store", "-s")
    {
        Description = $"The store: {StoreSchemes.Syntaxes}; without it the one that {StoreVariable} names",
        HelpName = "URI",
        CustomParser = Parsers.Store,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON document instead of text" };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Print the details of failures" };
    private readonly StoreAccess _access;

    protected StoreCommand(ToolConsole console, string name, string description, StoreAccess? access = null)
        : base(name, description)
    {
        Console = console;
        _access = access ?? StoreAccess.Existing;
        Options.Add(_store);
        Options.Add(_json);
        Options.Add(_verbose);
        Validators.Add(CheckStore);
        SetAction(RunAsync);
    }

    protected ToolConsole Console { get; }

    /// <summary>Runs the command; failures are thrown.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    protected abstract Task<int> ExecuteAsync(ParseResult arguments, CancellationToken cancellationToken);

    protected static ToolException NotFound(ImageKey key) => new($"There is no image '{key}' in the store.");

    protected bool IsJson(ParseResult arguments) => arguments.GetValue(_json);

    protected bool IsJson(CommandResult arguments) => arguments.GetValue(_json);

    /// <summary>
    /// Returns the store that the command line or the environment names; null if the name is not valid.
    /// </summary>
    protected StoreUri? StoreOf(CommandResult arguments) => arguments.GetResult(_store) is null ? StoreOfEnvironment(out _) : arguments.GetValue(_store);

    /// <summary>Returns how the command opens its store.</summary>
    protected virtual StoreAccess AccessOf(ParseResult arguments) => _access;

    /// <summary>Opens the store. Check local files first: a command that cannot work must not create a store.</summary>
    protected OpenStore Open(ParseResult arguments, IReadOnlyList<StoreUri>? fallbacks = null, StoreUri? mirror = null) =>
        OpenStore.Open(StoreOf(arguments.CommandResult)!, AccessOf(arguments), fallbacks ?? [], mirror);

    private StoreUri? StoreOfEnvironment(out string? error)
    {
        if (Console.Variable(StoreVariable) is not { Length: > 0 } text)
        {
            error = $"No store is named: give --store URI (or -s URI), or set {StoreVariable}. A URI is one of {StoreSchemes.Syntaxes}.";
            return null;
        }

        if (!StoreUri.TryParse(text, out var uri, out error))
        {
            error = $"{StoreVariable}: {error}";
        }

        return uri;
    }

    private void CheckStore(CommandResult arguments)
    {
        if (arguments.GetResult(_store) is null && StoreOfEnvironment(out var error) is null)
        {
            arguments.AddError(error!);
        }
    }

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
        catch (OutputClosedException)
        {
            // The user has closed the output and expects no message, like that of 'ls | head'.
            return ExitCode.OutputClosed;
        }
#pragma warning disable CA1031 // The outermost boundary: every failure becomes a message and an exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            FailureReport.Write(Console, exception, arguments.GetValue(_verbose));
            return ExitCode.Failure;
        }
    }
}
