using System.Runtime.CompilerServices;

namespace ImageStorage.FileSystem;

/// <summary>
/// <c>await PoolThread.Switch()</c> goes on on a thread of the pool: file calls block, and the thread that called must
/// not. One hand-over an operation is cheaper than asynchronous file calls, which would hand over each read and write.
/// </summary>
internal static class PoolThread
{
    /// <summary>
    /// May work of so many bytes be done where it was asked for? On a thread of the pool, which the application lent for
    /// it, a hand-over costs as much as a tenth of a small save; but whoever begins many saves at once wants them on all
    /// cores, so what takes longer is handed over always, and so is what waits for the medium.
    /// </summary>
    public static bool CanRunInline(long? length, long most) => length <= most && Thread.CurrentThread.IsThreadPoolThread;

    public static ConfiguredTaskAwaitable Switch() => Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
}
