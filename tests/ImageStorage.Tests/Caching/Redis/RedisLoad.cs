using System.Collections.Concurrent;

namespace ImageStorage.Tests.Caching.Redis;

/// <summary>
/// Readers and writers in two processes on one store. The processes write different images. A process reads its own
/// images in the version of its last acknowledged write or a newer one, and images of the other process in a version that
/// was written.
/// </summary>
internal sealed class RedisLoad(params RedisProcess[] processes)
{
    private const int Images = 4;
    private const int Readers = 2;
    private const int Rounds = 25;

    private readonly ConcurrentDictionary<string, int> _acknowledged = [];
    private readonly ConcurrentDictionary<string, int> _started = [];

    public IReadOnlyList<RedisProcess> Processes => processes;

    /// <summary>Writes and reads at the same time, a fixed number of times.</summary>
    public Task RunAsync() => Task.WhenAll(processes.SelectMany((_, owner) => Enumerable.Range(0, Readers)
        .Select(reader => Task.Run(() => ReadAsync(owner, reader)))
        .Append(Task.Run(() => WriteAsync(owner)))));

    private static string KeyOf(int owner, int image) => $"{owner}/{image}.png";

    // The first bytes of a picture do not show its version, so the length does.
    private static byte[] Picture(int version) => CachedStore.Image(version, 2000 + version);

    private async Task WriteAsync(int owner)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var key = KeyOf(owner, round % Images);
            var version = _started.AddOrUpdate(key, 1, (_, last) => last + 1);
            await processes[owner].Images.SaveBytesAsync(key, Picture(version));
            _acknowledged[key] = version;
        }
    }

    private async Task ReadAsync(int process, int reader)
    {
        for (var round = 0; round < Rounds * 2; round++)
        {
            var (owner, image) = ((round + reader) % processes.Length, round / 2 % Images);
            var key = KeyOf(owner, image);
            var atLeast = owner == process ? _acknowledged.GetValueOrDefault(key) : 0;
            var bytes = await processes[process].ReadAsync(key);
            var version = bytes is null ? 0 : bytes.Length - 2000;
            Assert.That(version, Is.InRange(atLeast, _started.GetValueOrDefault(key)), $"{key}, read by process {process}");
            if (bytes is not null)
            {
                Assert.That(bytes, Is.EqualTo(Picture(version)));
            }
        }
    }
}
