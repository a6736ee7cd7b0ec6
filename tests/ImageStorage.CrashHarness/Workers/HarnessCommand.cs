namespace ImageStorage.CrashHarness.Workers;

/// <summary>How this program is started.</summary>
internal static class HarnessCommand
{
    /// <summary>The program and, when that is the .NET host, the assembly to run.</summary>
    public static IReadOnlyList<string> Self { get; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [Environment.ProcessPath!, typeof(HarnessCommand).Assembly.Location]
        : [Environment.ProcessPath!];
}
