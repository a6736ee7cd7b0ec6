using System.Diagnostics;
using ImageStorage.Tool.Output;
using Spectre.Console;

namespace ImageStorage.Tool.Tests;

/// <summary>Runs the tool in this process, on a real folder of its own.</summary>
internal abstract class ToolFixture
{
    private string _folder = string.Empty;

    /// <summary>The store that the tests use, as an option.</summary>
    protected string Store => $"file:{StorePath}";

    protected string StorePath => PathOf("store");

    /// <summary>The environment variables of the tool, instead of those of this process.</summary>
    protected Dictionary<string, string> Variables { get; } = [];

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("imagestorage-tool-").FullName;
        Variables.Clear();
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    protected string PathOf(string name) => Path.Join(_folder, name);

    /// <summary>Writes a file, with the folders above it.</summary>
    protected string Write(string name, byte[] bytes)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>The one file of the store that holds an image.</summary>
    protected string PayloadFile() => Directory.EnumerateFiles(Path.Join(StorePath, "images"), "*", SearchOption.AllDirectories).Single();

    /// <summary>Every file and folder below the test's own folder, but not inside of the store.</summary>
    protected string[] Entries() =>
        [.. Directory.EnumerateFileSystemEntries(_folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder, path)).Where(path => !path.StartsWith("store", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    protected Task<ToolResult> RunAsync(params string[] arguments) => RunAsync(arguments, []);

    protected async Task<ToolResult> RunAsync(string[] arguments, byte[] input, int? terminalWidth = null, CancellationToken cancellationToken = default)
    {
        using var bytes = new MemoryStream();
        await using var output = new StreamWriter(bytes) { AutoFlush = true };
        using var error = new StringWriter();
        var console = new ToolConsole
        {
            Out = output,
            Error = error,
            OpenInput = () => new MemoryStream(input),
            OpenOutput = () => new UnclosedStream(bytes),
            Variable = name => Variables.GetValueOrDefault(name),
            Terminal = terminalWidth is { } width ? Terminal(output, width) : null,
        };
        var exitCode = await ImageStorageTool.RunAsync(arguments, console, cancellationToken);
        return new ToolResult(exitCode, bytes.ToArray(), error.ToString());
    }

    /// <summary>Runs a shell script, with parameters; for what .NET cannot do.</summary>
    protected static async Task<ToolResult> ShellAsync(string script, params string[] parameters)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script, "sh", .. parameters]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var output = new MemoryStream();
        var copying = shell.StandardOutput.BaseStream.CopyToAsync(output);
        var error = await shell.StandardError.ReadToEndAsync();
        await copying;
        await shell.WaitForExitAsync();
        return new ToolResult(shell.ExitCode, output.ToArray(), error);
    }

    private static IAnsiConsole Terminal(TextWriter output, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        return console;
    }
}
