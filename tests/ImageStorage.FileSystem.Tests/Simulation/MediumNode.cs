namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>Something that a name of a simulated folder leads to.</summary>
internal abstract class MediumNode
{
    private static long _last;

    /// <summary>Tells it from every other one.</summary>
    public long Number { get; } = Interlocked.Increment(ref _last);
}
