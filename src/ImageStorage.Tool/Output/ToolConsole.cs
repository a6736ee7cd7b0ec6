using Spectre.Console;

namespace ImageStorage.Tool.Output;

/// <summary>Where a command reads from and writes to: results to <see cref="Out"/>, errors to <see cref="Error"/>.</summary>
internal sealed class ToolConsole
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Standard input as bytes, for <c>put KEY -</c>.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Standard output as bytes, for <c>get KEY -</c> and for JSON.</summary>
    public required Func<Stream> OpenOutput { get; init; }

    /// <summary>The terminal that a person looks at; null when any output is redirected, and then nothing is drawn or coloured.</summary>
    public IAnsiConsole? Terminal { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public static ToolConsole ForProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        OpenInput = Console.OpenStandardInput,
        OpenOutput = Console.OpenStandardOutput,
        Terminal = Console.IsOutputRedirected || Console.IsErrorRedirected ? null : AnsiConsole.Console,
    };
}
