using System.Diagnostics;
using ImageStorage.FileSystem.Locking;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem.Tests.Locking;

/// <summary>
/// P7: a call that needs the lock of a suspended process waits for a bounded time, and then names the lock.
/// </summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HeldLockTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly Dictionary<string, (string Lock, Func<FileSystemImageProvider, IImageStorage, CancellationToken, Task> Run)> Calls = new()
    {
        ["save"] = ("locks/", (_, storage, token) => storage.SaveBytesAsync("new.png", SampleImages.OfLength(300, 1), null, token)),
        ["save over an image"] = ("locks/", (_, storage, token) => storage.SaveBytesAsync("a.png", SampleImages.OfLength(300, 1), null, token)),
        ["update"] = ("locks/", (_, storage, token) => storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"] }, token)),
        ["delete"] = ("locks/", (_, storage, token) => storage.DeleteAsync("a.png", null, token)),
        ["document"] = ("locks/", (provider, _, token) => provider.Documents.PutAsync("c/a", new byte[] { 1 }, null, token)),
        ["deletion of a document"] = ("locks/", (provider, _, token) => provider.Documents.DeleteAsync("c/a", null, token)),
        ["keep"] = ("locks/", async (provider, storage, token) => await provider.GetAbility<IVersionKeeper>()!.RetainAsync("v1", "a.png", (await storage.GetInfoAsync("a.png", token))!.ETag, token)),
        ["list with a lost index"] = ("index/", (_, storage, token) => storage.ListAsync(new ImageQuery(), token)),
    };

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger _log = new();
    private readonly HastyClock _clock = new();

    private static IEnumerable<string> CallNames => Calls.Keys;

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }

    [TestCaseSource(nameof(CallNames))]
    public async Task Call_that_waits_for_another_process_times_out_and_names_the_lock(string call)
    {
        await PrepareAsync(loseIndex: call.StartsWith("list", StringComparison.Ordinal));
        using (HoldAll(Calls[call].Lock))
        {
            await using var provider = Open();
            var storage = new ImageStorageManager(provider, null, _clock);

            var failure = Assert.CatchAsync(() => Calls[call].Run(provider, storage, CancellationToken.None).WaitAsync(Patience)) as StorageUnavailableException;

            Assert.That(failure, Is.Not.Null);
            Assert.That(failure!.IsTransient, Is.True);
            Assert.That(failure.Message, Does.Contain("another process has held the lock").And.Contain(Calls[call].Lock).And.Not.Contain(_folder.Path));
            Assert.That(_log.Warnings, Has.Some.Contains("is still held").And.Some.Contains(Calls[call].Lock));
            Assert.That(await storage.GetInfoAsync("a.png"), Is.Not.Null);
            Assert.That(await storage.GetInfoAsync("new.png"), Is.Null, "A call that gave up changed something.");
        }

        await using var after = Open();
        await Calls[call].Run(after, new ImageStorageManager(after, null, _clock), CancellationToken.None).WaitAsync(Patience);
    }

    [TestCaseSource(nameof(CallNames))]
    public async Task Token_ends_the_wait_for_another_process(string call)
    {
        await PrepareAsync(loseIndex: call.StartsWith("list", StringComparison.Ordinal));
        using var held = HoldAll(Calls[call].Lock);
        using var cancellation = new CancellationTokenSource();
        var isWaiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var volume = new ObservedVolume(PhysicalVolume.Open(_folder.Path), seen =>
        {
            if (seen.Operation == VolumeOperation.EnterLock && seen.Path.Contains(Calls[call].Lock, StringComparison.Ordinal))
            {
                isWaiting.TrySetResult();
            }
        });
        await using var provider = new FileSystemImageProvider(volume, Durability.Full, true, TimeProvider.System);

        var running = Calls[call].Run(provider, new ImageStorageManager(provider), cancellation.Token);
        await isWaiting.Task.WaitAsync(Patience);
        await cancellation.CancelAsync();

        Assert.That(async () => await running.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Thread_that_waits_for_a_thread_that_waits_for_another_process_times_out_too()
    {
        Directory.CreateDirectory(_folder.Path);
        using var volume = PhysicalVolume.Open(_folder.Path);
        using var others = new StripedLocks(volume.OpenLock);
        using var ours = new StripedLocks(volume.OpenLock, new LockTimeouts(_clock, _log.CreateLogger("test")));
        using var held = others.Enter("a", CancellationToken.None);
        var failures = new List<Exception?>();
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            Exception? failure = null;
            try
            {
                ours.Enter("a", CancellationToken.None).Dispose();
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            lock (failures)
            {
                failures.Add(failure);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());

        Assert.That(threads.TrueForAll(thread => thread.Join(Patience)), Is.True);
        Assert.That(failures, Has.Count.EqualTo(4).And.All.TypeOf<VolumeFailureException>());
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "There is no flock to hold, and no signal that stops a process.")]
    public async Task Suspended_process_with_a_lock_makes_saves_unavailable_until_it_continues()
    {
        await PrepareAsync(loseIndex: false);
        var files = string.Join(' ', Directory.EnumerateFiles(_folder.Combine(".imagestorage/locks")).Select(file => $"'{file}'"));

        // Holds the lock files on its own descriptors, reports it, and is suspended.
        using var holder = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", $"n=10; for f in {files}; do eval \"exec $n<>'$f'\"; flock -x $n || exit 1; n=$((n+1)); done; echo held; kill -STOP $$; echo continued; read"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            if (await holder.StandardOutput.ReadLineAsync() != "held")
            {
                Assert.Ignore("The machine has no flock command.");
            }

            await using var provider = Open();
            var storage = new ImageStorageManager(provider, null, _clock);
            Assert.That(async () => await storage.SaveBytesAsync("a.png", SampleImages.OfLength(300, 2)).WaitAsync(Patience), Throws.TypeOf<StorageUnavailableException>().With.Message.Contains("another process has held the lock"));
            holder.Kill();
            await holder.WaitForExitAsync();
            await storage.SaveBytesAsync("a.png", SampleImages.OfLength(300, 2)).WaitAsync(Patience);
        }
        finally
        {
            holder.Kill();
        }
    }

    private FileSystemImageProvider Open() => new(new FileSystemStorageOptions { Path = _folder.Path }, _clock, _log);

    private async Task PrepareAsync(bool loseIndex)
    {
        await using (var provider = Open())
        {
            await new ImageStorageManager(provider, null, _clock).SaveBytesAsync("a.png", SampleImages.OfLength(300, 3));
            await provider.Documents.PutAsync("c/a", new byte[] { 1 });
        }

        if (loseIndex)
        {
            File.Delete(Directory.EnumerateFiles(_folder.Combine(".imagestorage/index"), "*manifest*").Single());
        }

        // The lock files are created on first use.
        for (var i = 0; i < 64; i++)
        {
            await File.AppendAllTextAsync(_folder.Combine($".imagestorage/locks/{i:x2}"), string.Empty);
        }
    }

    /// <summary>Holds the locks as another process would: by handles that the provider does not know.</summary>
    private HeldLocks HoldAll(string kind)
    {
        var volume = PhysicalVolume.Open(_folder.Path);
        string[] names = kind == "locks/" ? [.. Enumerable.Range(0, 64).Select(i => $".imagestorage/locks/{i:x2}")] : [".imagestorage/index/merge.lock"];
        return new HeldLocks(volume, [.. names.Select(volume.OpenLock)]);
    }

    private sealed class HeldLocks : IDisposable
    {
        private readonly IVolume _volume;
        private readonly VolumeLock[] _locks;

        public HeldLocks(IVolume volume, VolumeLock[] locks)
        {
            (_volume, _locks) = (volume, locks);
            Assert.That(locks.All(held => held.TryEnter()), Is.True);
        }

        public void Dispose()
        {
            foreach (var held in _locks)
            {
                held.Exit();
                held.Dispose();
            }

            _volume.Dispose();
        }
    }

    /// <summary>A clock on which ten seconds pass between two readings, so that no test waits.</summary>
    private sealed class HastyClock : TimeProvider
    {
        private readonly ManualClock _wall = new();
        private long _looks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _wall.GetUtcNow();

        public override long GetTimestamp() => Interlocked.Increment(ref _looks) * TimeSpan.TicksPerSecond * 10;
    }

    private sealed class RecordingLogger : ILoggerFactory, ILogger
    {
        private readonly List<string> _warnings = [];

        public IReadOnlyList<string> Warnings
        {
            get
            {
                lock (_warnings)
                {
                    return [.. _warnings];
                }
            }
        }

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_warnings)
            {
                if (logLevel == LogLevel.Warning)
                {
                    _warnings.Add(formatter(state, exception));
                }
            }
        }

        public void Dispose()
        {
        }
    }
}
