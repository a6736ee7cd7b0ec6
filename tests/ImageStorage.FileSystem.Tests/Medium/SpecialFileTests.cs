using System.Diagnostics;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Medium;

/// <summary>
/// A FIFO, a link or a folder in place of a file of the store: no call waits for it, nothing is read through it, and
/// everything else is found.
/// </summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Platform("Linux")]
public sealed class SpecialFileTests : IDisposable
{
    private static readonly byte[] Image = Pictures.Of(500, 1);
    private readonly TemporaryFolder _root = new();

    [TearDown]
    public void Dispose() => _root.Dispose();

    [Test]
    [CancelAfter(30_000)]
    public async Task Fifo_among_the_images_delays_nothing_and_hides_no_image(CancellationToken cancellationToken)
    {
        using var provider = Open();
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync("a.png", Image, cancellationToken: cancellationToken);
        await CreateFifoAsync("images/pipe.png");

        await Task.Run(
            async () =>
            {
                Assert.That((await storage.GetUsageAsync(cancellationToken: cancellationToken)).Count, Is.EqualTo(1));
                Assert.That((await storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending }, cancellationToken)).Items.Select(info => info.Key.Value), Is.EqualTo(new[] { "a.png" }));
                Assert.ThrowsAsync<ImageCorruptedException>(() => storage.GetBytesAsync("pipe.png", cancellationToken: cancellationToken));
                Assert.ThrowsAsync<ImageCorruptedException>(() => storage.GetInfoAsync("pipe.png", cancellationToken));
                var items = new List<VerificationItem>();
                await foreach (var item in provider.VerifyAsync(cancellationToken: cancellationToken))
                {
                    items.Add(item);
                }

                Assert.That(items.Select(item => item.Status), Is.EquivalentTo(new[] { VerificationStatus.Sound, VerificationStatus.Stray }));
            },
            cancellationToken).WaitAsync(cancellationToken);
    }

    [TestCase("fifo")]
    [TestCase("link")]
    [TestCase("folder")]
    [CancelAfter(30_000)]
    public async Task Document_that_is_no_regular_file_is_damaged(string kind, CancellationToken cancellationToken)
    {
        using var provider = Open();
        await provider.Documents.PutAsync("notes/other", Image, cancellationToken: cancellationToken);
        await CreateAsync(kind, ".imagestorage/documents/=notes/=a");

        var reading = Task.Run(() => provider.Documents.GetAsync("notes/a", cancellationToken), cancellationToken).WaitAsync(cancellationToken);

        Assert.That(async () => await reading, Throws.TypeOf<StorageCorruptedException>().With.Message.Contains("'notes/a'"));
        Assert.That((await provider.Documents.GetAsync("notes/other", cancellationToken))!.Content.Length, Is.EqualTo(Image.Length));
    }

    [Test]
    public async Task Foreign_file_among_the_documents_hides_no_document()
    {
        using var provider = Open();
        await provider.Documents.PutAsync("notes/a", Image);
        await provider.Documents.PutAsync("notes/b", Image);
        foreach (var name in new[] { "=a (copy)", "=A", "=.", "=" + new string('a', 130), "=a!", "=", ".DS_Store", "\uFFFD" })
        {
            await File.WriteAllTextAsync(_root.Combine($".imagestorage/documents/=notes/{name}"), "foreign");
        }

        Directory.CreateDirectory(_root.Combine(".imagestorage/documents/=other"));
        await File.WriteAllTextAsync(_root.Combine(".imagestorage/documents/=other/=B"), "foreign");

        Assert.That((await provider.Documents.ListAsync("notes/", limit: 2)).Select(name => name.Value), Is.EqualTo(new[] { "notes/a", "notes/b" }));
        Assert.That(await provider.Documents.ListCollectionsAsync(), Is.EqualTo(new[] { "notes" }));
    }

    private async Task CreateAsync(string kind, string path)
    {
        switch (kind)
        {
            case "fifo":
                await CreateFifoAsync(path);
                break;
            case "folder":
                Directory.CreateDirectory(_root.Combine(path));
                break;
            default:
                SymbolicLinks.CreateFile(_root.Combine(path), _root.Combine(".imagestorage/documents/=notes/=other"));
                break;
        }
    }

    private async Task CreateFifoAsync(string path)
    {
        using var process = Process.Start("mkfifo", [_root.Combine(path)]);
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero);
    }

    private FileSystemImageProvider Open() => new(new FileSystemStorageOptions { Path = _root.Path }, new ManualClock());
}
