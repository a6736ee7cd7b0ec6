namespace ImageStorage.CrashHarness.Workers;

/// <summary>The command that starts this program.</summary>
internal static class HarnessCommand
{
    /// <summary>Gets the program and, for the .NET host, the assembly to run.</summary>
    public static IReadOnlyList<string> Self { get; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
        ? [Environment.ProcessPath!, typeof(HarnessCommand).Assembly.Location]
        : [Environment.ProcessPath!];
}
