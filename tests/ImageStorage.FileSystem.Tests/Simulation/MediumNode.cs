namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>A simulated file or folder.</summary>
internal abstract class MediumNode
{
    private static long _last;

    /// <summary>Gets the unique number of the node.</summary>
    public long Number { get; } = Interlocked.Increment(ref _last);
}
