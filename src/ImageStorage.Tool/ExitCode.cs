namespace ImageStorage.Tool;

/// <summary>What the tool tells scripts; docs/guide/tool.md promises these numbers.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command was understood and did not do all that was asked: not found, refused, damaged, unreachable.</summary>
    public const int Failure = 1;

    /// <summary>The command line itself is wrong; no store was touched.</summary>
    public const int Usage = 2;

    /// <summary>128 + SIGINT, as shells have it.</summary>
    public const int Cancelled = 130;

    /// <summary>128 + SIGPIPE, as shells have it: the reader of the output ended before all of it was written.</summary>
    public const int OutputClosed = 141;
}
