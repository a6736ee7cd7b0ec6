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

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("imagestorage-tool-").FullName;

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

    protected static Task<ToolResult> RunAsync(params string[] arguments) => RunAsync(arguments, []);

    protected static async Task<ToolResult> RunAsync(string[] arguments, byte[] input, int? terminalWidth = null, CancellationToken cancellationToken = default)
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
            Terminal = terminalWidth is { } width ? Terminal(output, width) : null,
        };
        var exitCode = await ImageStorageTool.RunAsync(arguments, console, cancellationToken);
        return new ToolResult(exitCode, bytes.ToArray(), error.ToString());
    }

    private static IAnsiConsole Terminal(TextWriter output, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.Yes, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        return console;
    }
}
