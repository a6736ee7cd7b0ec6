using ImageStorage.Tool.Files;
using Spectre.Console;

namespace ImageStorage.Tool.Output;

/// <summary>Where a command reads from and writes to: results to <see cref="Out"/>, errors to <see cref="Error"/>.</summary>
internal sealed class ToolConsole
{
    private const int StandardOutputDescriptor = 1;
    private const int StandardErrorDescriptor = 2;

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Standard input as bytes, for <c>put KEY -</c>.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Standard output as bytes, for <c>get KEY -</c> and for JSON.</summary>
    public required Func<Stream> OpenOutput { get; init; }

    /// <summary>The terminal that a person looks at; null when any output is redirected, and then nothing is drawn or coloured.</summary>
    public IAnsiConsole? Terminal { get; init; }

    /// <summary>Reads an environment variable; null for one that is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Tells the user something that is no part of the result, such as that a list is empty; never with JSON.</summary>
    public void Note(string text) => Error.WriteLine(text);

    public static ToolConsole ForProcess() => new()
    {
        Out = OperatingSystem.IsWindows() ? Console.Out : new StreamWriter(new DescriptorStream(StandardOutputDescriptor)) { AutoFlush = true },
        Error = TextWriter.Synchronized(new StreamWriter(new ErrorStream(OperatingSystem.IsWindows() ? Console.OpenStandardError() : new DescriptorStream(StandardErrorDescriptor))) { AutoFlush = true }),
        OpenInput = Console.OpenStandardInput,
        OpenOutput = OperatingSystem.IsWindows() ? Console.OpenStandardOutput : () => new DescriptorStream(StandardOutputDescriptor),
        Terminal = Console.IsOutputRedirected || Console.IsErrorRedirected ? null : AnsiConsole.Console,
    };
}
