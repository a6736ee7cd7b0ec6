using System.Runtime.CompilerServices;

namespace ImageStorage.FileSystem;

/// <summary>
/// <c>await PoolThread.Switch()</c> goes on on a thread of the pool: file calls block, and the thread that called must
/// not. One hand-over an operation is cheaper than asynchronous file calls, which would hand over each read and write.
/// </summary>
internal static class PoolThread
{
    public static Awaitable Switch() => default;

    internal readonly struct Awaitable : ICriticalNotifyCompletion
    {
        public bool IsCompleted => false;

        public Awaitable GetAwaiter() => this;

        public void GetResult()
        {
            // Nothing comes of switching but the switch.
        }

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation) => ThreadPool.UnsafeQueueUserWorkItem(static run => run(), continuation, preferLocal: true);
    }
}
