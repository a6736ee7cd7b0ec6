using System.Runtime.CompilerServices;

namespace ImageStorage.FileSystem;

/// <summary>
/// <c>await PoolThread.Switch()</c> continues on a thread of the pool. File calls block, and the calling thread must
/// not. One hand-over for each operation is cheaper than asynchronous file calls, which hand over each read and write.
/// </summary>
internal static class PoolThread
{
    /// <summary>
    /// Returns <see langword="true"/> if work on so many bytes may run on the calling thread. This must be a thread of
    /// the pool. There, a hand-over costs as much as a tenth of a small save. Longer work, and work that waits for the
    /// medium, is always handed over, so that a caller that starts many saves at once gets all cores.
    /// </summary>
    public static bool CanRunInline(long? length, long maxLength) => length <= maxLength && Thread.CurrentThread.IsThreadPoolThread;

    public static ConfiguredTaskAwaitable Switch() => SwitchUnless(false);

    /// <summary>Continues on the calling thread if the work may run there.</summary>
    public static ConfiguredTaskAwaitable SwitchUnless(bool runsInline) => Task.CompletedTask.ConfigureAwait(runsInline ? ConfigureAwaitOptions.None : ConfigureAwaitOptions.ForceYielding);
}
