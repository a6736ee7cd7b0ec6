using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Management;

public class CleanupTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero));
    private BusyProvider _provider = null!;
    private ImageStorageManager _storage = null!;

    [SetUp]
    public void Open()
    {
        _provider = new BusyProvider(new InMemoryImageProvider(_clock));
        _storage = new ImageStorageManager(_provider, null, _clock);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _storage.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Test]
    public void Cleanup_without_a_limit_is_refused() =>
        Assert.That(() => _storage.CleanupAsync(new CleanupOptions()), Throws.ArgumentException.With.Message.Contains("MaxAge, MaxCount or MaxBytes"));

    private static readonly CleanupOptions[] Negative = [new() { MaxAge = TimeSpan.FromTicks(-1) }, new() { MaxCount = -1 }, new() { MaxBytes = -1 }, new() { MaxAge = TimeSpan.FromDays(1), MaxBytes = long.MinValue }];

    [TestCaseSource(nameof(Negative))]
    public void Cleanup_with_a_negative_limit_is_refused(CleanupOptions options) =>
        Assert.That(() => _storage.CleanupAsync(options), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("negative"));

    [Test]
    public void Cleanup_of_a_prefix_that_no_key_has_is_refused() =>
        Assert.That(() => _storage.CleanupAsync(new CleanupOptions { MaxCount = 1, Prefix = "../" }), Throws.TypeOf<ImageValidationException>());

    [Test]
    public async Task Cleanup_by_age_follows_the_clock()
    {
        await SaveAsync(3);
        _clock.Advance(TimeSpan.FromDays(30));

        Assert.That((await _storage.CleanupAsync(new CleanupOptions { MaxAge = TimeSpan.FromDays(30) })).DeletedCount, Is.Zero);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.That((await _storage.CleanupAsync(new CleanupOptions { MaxAge = TimeSpan.FromDays(30) })).DeletedCount, Is.EqualTo(3));
    }

    // An overwritten image is a new image under the same key: deleting it would lose an acknowledged write.
    [Test]
    public async Task Image_overwritten_between_listing_and_delete_is_skipped()
    {
        await SaveAsync(3);
        _provider.BeforeDelete = async key =>
        {
            if (key == "1.png")
            {
                await _storage.SaveBytesAsync(key, SampleImages.OfLength(777));
            }
        };

        var result = await _storage.CleanupAsync(new CleanupOptions { MaxCount = 0 });

        Assert.That(result, Is.EqualTo(new CleanupResult { DeletedCount = 2, FreedBytes = 200 + 202, ExaminedCount = 3, SkippedCount = 1, DryRun = false }));
        Assert.That((await _storage.GetInfoAsync("1.png"))!.Length, Is.EqualTo(777));
    }

    [Test]
    public async Task Image_deleted_between_listing_and_delete_is_skipped()
    {
        await SaveAsync(2);
        _provider.BeforeDelete = async key => await _provider.DeleteDirectlyAsync(key);

        Assert.That(await _storage.CleanupAsync(new CleanupOptions { MaxCount = 1 }), Is.EqualTo(new CleanupResult { DeletedCount = 0, FreedBytes = 0, ExaminedCount = 2, SkippedCount = 1, DryRun = false }));
    }

    [Test, Description("P6: page by page, whatever the number of images.")]
    public async Task Cleanup_lists_page_by_page()
    {
        await SaveAsync(1_201);
        _provider.Queries.Clear();

        var result = await _storage.CleanupAsync(new CleanupOptions { MaxCount = 1 });

        Assert.That(result.DeletedCount, Is.EqualTo(1_200));
        Assert.That(_provider.Queries.Select(query => query.Limit), Is.EqualTo(new[] { 500, 500, 500 }));
    }

    [Test, Description("P6: by age alone, only what is too old is looked at.")]
    public async Task Cleanup_by_age_alone_lists_only_images_that_are_too_old()
    {
        await SaveAsync(10);
        _clock.Advance(TimeSpan.FromDays(1));
        await SaveAsync(20, "new/");
        _provider.Queries.Clear();

        var result = await _storage.CleanupAsync(new CleanupOptions { MaxAge = TimeSpan.FromHours(1) });

        Assert.That((result.DeletedCount, result.ExaminedCount), Is.EqualTo((10L, 10L)));
        Assert.That(_provider.Queries.Single().Order, Is.EqualTo(ImageOrder.CreatedAscending));
    }

    [Test]
    public async Task Cleanup_ends_between_two_deletes_when_cancelled()
    {
        await SaveAsync(10);
        using var cancellation = new CancellationTokenSource();
        var deletes = 0;
        _provider.BeforeDelete = _ => ++deletes == 4 ? cancellation.CancelAsync() : Task.CompletedTask;

        Assert.That(() => _storage.CleanupAsync(new CleanupOptions { MaxCount = 0 }, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await _storage.GetUsageAsync()).Count, Is.EqualTo(7));
    }

    [Test]
    public async Task First_image_that_does_not_fit_is_deleted_with_every_older_image()
    {
        await _storage.SaveBytesAsync("oldest-and-small.png", SampleImages.OfLength(100));
        _clock.Advance(TimeSpan.FromDays(1));
        await _storage.SaveBytesAsync("large.png", SampleImages.OfLength(5_000));
        _clock.Advance(TimeSpan.FromDays(1));
        await _storage.SaveBytesAsync("newest.png", SampleImages.OfLength(200));

        var result = await _storage.CleanupAsync(new CleanupOptions { MaxBytes = 1_000 });

        Assert.That((result.DeletedCount, result.FreedBytes), Is.EqualTo((2L, 5_100L)));
        Assert.That(await _storage.ExistsAsync("newest.png"), Is.True);
    }

    private async Task SaveAsync(int count, string folder = "")
    {
        for (var i = 0; i < count; i++)
        {
            await _storage.SaveBytesAsync($"{folder}{i}.png", SampleImages.OfLength(200 + (i % 1_000)));
        }
    }

    /// <summary>A provider with concurrent changes by another process.</summary>
    private sealed class BusyProvider(IImageProvider inner) : DelegatingImageProvider(inner)
    {
        public Func<ImageKey, Task>? BeforeDelete { get; set; }

        public List<ImageQuery> Queries { get; } = [];

        public Task<bool> DeleteDirectlyAsync(ImageKey key) => Inner.DeleteAsync(key);

        public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
        {
            Queries.Add(query);
            return base.ListAsync(query, cancellationToken);
        }

        public override async Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        {
            await (BeforeDelete?.Invoke(key) ?? Task.CompletedTask);
            return await base.DeleteAsync(key, options, cancellationToken);
        }
    }
}
