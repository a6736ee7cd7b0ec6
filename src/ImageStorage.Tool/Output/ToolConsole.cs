using ImageStorage.Tool.Files;
using Spectre.Console;

namespace ImageStorage.Tool.Output;

/// <summary>
/// The inputs and outputs of a command: results go to <see cref="Out"/>, errors to <see cref="Error"/>.
/// </summary>
internal sealed class ToolConsole
{
    private const int StandardOutputDescriptor = 1;
    private const int StandardErrorDescriptor = 2;

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Gets standard input as bytes, for <c>put KEY -</c>.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Gets standard output as bytes, for <c>get KEY -</c> and for JSON.</summary>
    public required Func<Stream> OpenOutput { get; init; }

    /// <summary>Gets the terminal; null if an output is redirected, and then nothing is drawn or coloured.</summary>
    public IAnsiConsole? Terminal { get; init; }

    /// <summary>Gets the function that reads an environment variable; null for a variable that is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Prints information that is not part of the result, such as an empty list; never with JSON.</summary>
    public void WriteInformation(string text) => Error.WriteLine(text);

    public static ToolConsole ForProcess() => new()
    {
        Out = OperatingSystem.IsWindows() ? Console.Out : new StreamWriter(new DescriptorStream(StandardOutputDescriptor)) { AutoFlush = true },
        Error = TextWriter.Synchronized(new StreamWriter(new ErrorStream(OperatingSystem.IsWindows() ? Console.OpenStandardError() : new DescriptorStream(StandardErrorDescriptor))) { AutoFlush = true }),
        OpenInput = Console.OpenStandardInput,
        OpenOutput = OperatingSystem.IsWindows() ? Console.OpenStandardOutput : () => new DescriptorStream(StandardOutputDescriptor),
        Terminal = Console.IsOutputRedirected || Console.IsErrorRedirected ? null : AnsiConsole.Console,
    };
}
