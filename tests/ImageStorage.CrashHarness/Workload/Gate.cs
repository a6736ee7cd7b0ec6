using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace ImageStorage.CrashHarness.Workload;

/// <summary>
/// A meeting point of two processes in shared memory. A process at the gate waits a moment for the other one, so that
/// their next operations collide.
/// </summary>
internal sealed class Gate(string path, int side) : IDisposable
{
    private const int Length = 128;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);
    private readonly MemoryMappedFile _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, Length);
    private int _missed = -1;

    public static void Create(string path) => File.WriteAllBytes(path, new byte[Length]);

    /// <summary>
    /// Waits for the other process for a limited time, because it may have been killed. A process that missed a meeting
    /// is waited for again only after it has come to another meeting. Returns the number of the meeting, which is the
    /// same for both.
    /// </summary>
    public int Meet(int least)
    {
        // Each process announces the number of its meeting plus one; 0 is none yet. A process with a lower number joins
        // the other's meeting.
        using var view = _file.CreateViewAccessor();
        var number = Math.Max(least, view.ReadInt32((1 - side) * 64) - 1);
        view.Write(side * 64, number + 1);
        Thread.MemoryBarrier();
        var start = Stopwatch.GetTimestamp();
        while (view.ReadInt32((1 - side) * 64) is var other && other <= number)
        {
            if (other == _missed || Stopwatch.GetElapsedTime(start) > Patience)
            {
                _missed = other;
                break;
            }

            Thread.Yield();
        }

        return number;
    }

    public void Dispose() => _file.Dispose();
}
