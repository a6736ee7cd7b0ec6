using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ImageStorage.AspNetCore.Tests.Hosting;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.AspNetCore.Tests;

/// <summary>
/// 50 clients that store, read and delete images of a folder at once. The short form sends some requests of each client, the
/// long form requests for five minutes.
/// </summary>
[NonParallelizable]
internal sealed class LoadTests
{
    private const int Clients = 50;
    private static readonly byte[][] Images = [.. Enumerable.Range(0, 8).Select(index => SampleImages.OfLength(1000 + (index * 40_000), index))];
    private readonly ConcurrentBag<double> _times = [];

    [Test]
    public async Task Fifty_clients_get_no_error_and_leave_nothing_behind()
    {
        var seed = TestContext.CurrentContext.Random.Next();
        var folder = TestFolder.Create();
        try
        {
            await using var server = await ImageServer.StartAsync(
                app => app.MapImages("/load", ImageAccess.Open, options => (options.Store, options.AllowUpload, options.AllowDelete) = ("load", true, true)),
                builder => builder.Services.AddImageStorage("load").UseFileSystem(options => (options.Path, options.Durability) = (folder, Durability.Relaxed)).WithCache());
            await RunAsync(server, seed, TimeSpan.FromSeconds(1), requests: 2);
            var (handles, memory) = (Handles(), GC.GetTotalMemory(forceFullCollection: true));

            _times.Clear();
            await RunAsync(server, seed, TimeSpan.FromMinutes(5), TestLength.Of(12, int.MaxValue));

            var (handlesAfter, memoryAfter) = (Handles(), GC.GetTotalMemory(forceFullCollection: true));
            var times = _times.Order().ToArray();
            await TestContext.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{times.Length} requests, ms: p50 {times[times.Length / 2]:0.0}, p95 {times[times.Length * 95 / 100]:0.0}, p99 {times[times.Length * 99 / 100]:0.0}, longest {times[^1]:0.0}; memory {memory >> 20} MB, then {memoryAfter >> 20} MB; handles {handles}, then {handlesAfter}; seed {seed}"));
            Assert.That(server.Errors, Is.Empty);
            Assert.That(server.Calls.Statuses.Distinct(), Is.SubsetOf(new[] { 200, 201, 204, 206, 304, 404 }));
            Assert.That(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => path.Contains("staging", StringComparison.Ordinal) && !path.EndsWith(".owner", StringComparison.Ordinal)), Is.Empty);
            Assert.That(handlesAfter, Is.LessThan(handles + Clients), "connections and files are closed");
            var verified = server.Services.GetRequiredKeyedService<IImageProvider>("load").GetAbility<IVerifiableProvider>()!.VerifyAsync();
            await foreach (var item in verified)
            {
                Assert.That(item.Status, Is.EqualTo(VerificationStatus.Sound), $"{item}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Task RunAsync(ImageServer server, int seed, TimeSpan time, int requests) =>
        Task.WhenAll(Enumerable.Range(0, Clients).Select(client => RunClientAsync(server.Address, new Random(seed + client), time, requests)));

    private async Task RunClientAsync(Uri address, Random random, TimeSpan time, int requests)
    {
        using var http = new HttpClient { BaseAddress = address };
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < requests && Stopwatch.GetElapsedTime(started) < time; i++)
        {
            using var request = Request(random);
            var sent = Stopwatch.GetTimestamp();
            using var response = await http.SendAsync(request);
            var body = await response.Content.ReadAsByteArrayAsync();
            _times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            Assert.That(response.StatusCode != System.Net.HttpStatusCode.OK || request.Method != HttpMethod.Get || Images.Any(image => image.AsSpan().SequenceEqual(body)), Is.True, "every image is one of those that were stored");
        }
    }

    private static HttpRequestMessage Request(Random random)
    {
        var key = $"/load/{random.Next(40)}.png";
        switch (random.Next(10))
        {
            case < 3:
                return new HttpRequestMessage(HttpMethod.Put, key) { Content = new ByteArrayContent(Images[random.Next(Images.Length)]) };
            case 3:
                return new HttpRequestMessage(HttpMethod.Delete, key);
            case 4:
                var request = new HttpRequestMessage(HttpMethod.Get, key);
                request.Headers.TryAddWithoutValidation("Range", "bytes=0-99");
                return request;
            case 5:
                return new HttpRequestMessage(HttpMethod.Head, key);
            default:
                return new HttpRequestMessage(HttpMethod.Get, key);
        }
    }

    private static int Handles() => Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 0;
}
