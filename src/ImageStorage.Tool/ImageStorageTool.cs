using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ImageStorage.Tool.Commands;
using ImageStorage.Tool.Files;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool;

/// <summary>The command line: its commands, and one run of them.</summary>
internal static class ImageStorageTool
{
    /// <summary>Not a <see cref="RootCommand"/>, which would call itself by the name of its assembly.</summary>
    public static Command CreateRootCommand(ToolConsole console) => new("imagestorage", "Puts images into a store, gets them out, and checks that every one is sound.")
    {
        new HelpOption(),
        new VersionOption(),
        new PutCommand(console),
        new GetCommand(console),
        new LsCommand(console),
        new InfoCommand(console),
        CopyCommand.CreateCopy(console),
        CopyCommand.CreateMove(console),
        new RmCommand(console),
        new ImportCommand(console),
        new VerifyCommand(console),
        new UsageCommand(console),
        new StatusCommand(console),
        new ServeCommand(console),
        new ReconcileCommand(console),
        TxCommand.Create(console),
        HistoryCommand.Create(console),
        JobsCommand.Create(console),
    };

    /// <summary>Runs one command line. The signals of the process belong to <see cref="TerminationSignals"/>.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, ToolConsole console, CancellationToken cancellationToken = default)
    {
        // 'help cp' is the help of cp, as in other tools.
        arguments = arguments.Count > 0 && arguments[0] == "help" ? [.. arguments.Skip(1), "--help"] : arguments;

        // A file named @photo.jpg is a file, not a list of further arguments; and -v is never -x -y.
        var parser = new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false };
        var parsed = CreateRootCommand(console).Parse(arguments, parser);
        if (parsed.Action is ParseErrorAction)
        {
            return await ReportUsageAsync(parsed, console, cancellationToken);
        }

        if (Arguments.AreLossy(arguments))
        {
            console.Error.WriteLine("error: An argument is not valid UTF-8, so the file or key that it names cannot be told from others. Rename the file.");
            return ExitCode.Usage;
        }

        var invocation = new InvocationConfiguration { Output = console.Out, Error = console.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (OutputClosedException)
        {
            return ExitCode.OutputClosed;
        }
    }

    private static async Task<int> ReportUsageAsync(ParseResult parsed, ToolConsole console, CancellationToken cancellationToken)
    {
        var command = parsed.CommandResult.Command;
        var isRoot = !command.Parents.Any();
        if (isRoot && parsed.Tokens.Count == 0)
        {
            // A user who types only the name asks for the commands. They go to standard error, because nothing was
            // done.
            await CreateRootCommand(console).Parse(["--help"]).InvokeAsync(new InvocationConfiguration { Output = console.Error }, cancellationToken);
            return ExitCode.Usage;
        }

        foreach (var message in UsageErrors.Of(parsed))
        {
            console.Error.WriteLine($"error: {Printable.Line(Advice.ForTool(message))}");
        }

        console.Error.WriteLine($"Try '{UsageErrors.NameOf(command)} --help'.");
        return ExitCode.Usage;
    }
}
