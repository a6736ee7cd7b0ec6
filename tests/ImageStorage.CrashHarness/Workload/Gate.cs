using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace ImageStorage.CrashHarness.Workload;

/// <summary>
/// A meeting point of two processes, in memory that they share: whoever comes to a number waits a moment for the other
/// one to come there too, so that what they do next collides.
/// </summary>
internal sealed class Gate(string path, int side) : IDisposable
{
    private const int Length = 128;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(30);
    private readonly MemoryMappedFile _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, Length);

    public static void Create(string path) => File.WriteAllBytes(path, new byte[Length]);

    /// <summary>Waits for the other one, or not much longer than it takes: it may have been killed.</summary>
    public void Meet(int number)
    {
        using var view = _file.CreateViewAccessor();
        view.Write(side * 64, number + 1);
        Thread.MemoryBarrier();
        for (var start = Stopwatch.GetTimestamp(); view.ReadInt32((1 - side) * 64) <= number && Stopwatch.GetElapsedTime(start) < Patience;)
        {
            Thread.Yield();
        }
    }

    public void Dispose() => _file.Dispose();
}
