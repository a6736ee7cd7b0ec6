namespace ImageStorage.Tool;

/// <summary>The exit codes of the tool. docs/guide/tool.md documents the numbers.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>
    /// The command did not do everything that was asked for: not found, refused, damaged, unreachable.
    /// </summary>
    public const int Failure = 1;

    /// <summary>The command line itself is wrong; no store was touched.</summary>
    public const int Usage = 2;

    /// <summary>128 + SIGINT, as shells have it.</summary>
    public const int Cancelled = 130;

    /// <summary>
    /// 128 + SIGPIPE, as shells have it: the reader of the output ended before all of it was written.
    /// </summary>
    public const int OutputClosed = 141;

    /// <summary>128 + SIGTERM, as shells have it.</summary>
    public const int Terminated = 143;
}
