using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Tests.Simulation;
using ImageStorage.Testing;
using LiteDB;

namespace ImageStorage.LiteDb.Tests.Opening;

/// <summary>P7: files that are not a usable store are refused with the remedy, and are not touched.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OpeningTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Database => _folder.Combine("images.db");

    public void Dispose() => _folder.Dispose();

    [TestCase(0, "the database file is empty")]
    [TestCase(100, "not a LiteDB database")]
    [TestCase(8192, "not a LiteDB database")]
    [TestCase(100_000, "not a LiteDB database")]
    public async Task Foreign_file_is_refused_and_not_touched(int length, string says)
    {
        Directory.CreateDirectory(_folder.Path);
        var bytes = SampleImages.OfLength(Math.Max(length, 200), 1)[..length];
        await File.WriteAllBytesAsync(Database, bytes);

        await AssertRefusedAsync<StorageUnavailableException>(says);

        Assert.That(await File.ReadAllBytesAsync(Database), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Database_of_another_application_is_refused_and_not_touched()
    {
        Directory.CreateDirectory(_folder.Path);
        using (var other = new LiteDatabase(Database))
        {
            other.GetCollection("meta").Insert(new BsonDocument { ["_id"] = 1, ["format"] = "another", ["layout"] = 1 });
        }

        var bytes = await File.ReadAllBytesAsync(Database);

        await AssertRefusedAsync<StorageUnavailableException>("belongs to another application");

        Assert.That(await File.ReadAllBytesAsync(Database), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Encrypted_database_is_refused_and_not_asked_for_its_password()
    {
        Directory.CreateDirectory(_folder.Path);
        using (var other = new LiteDatabase($"Filename={Database};Password=hunter2"))
        {
            other.GetCollection("a").Insert(new BsonDocument { ["_id"] = 1 });
        }

        await AssertRefusedAsync<StorageUnavailableException>("encrypted");
    }

    [TestCase(StoreLayout.LayoutVersion - 1, "an older version of the library wrote it. Copy the images into a new database")]
    [TestCase(StoreLayout.LayoutVersion + 1, "a newer version of the library wrote it. Update the library")]
    public async Task Other_layout_is_refused_and_not_touched(int layout, string remedy)
    {
        await SaveAsync();
        using (var other = new LiteDatabase(Database))
        {
            other.GetCollection("meta").Update(new BsonDocument { ["_id"] = 1, ["format"] = "ImageStorage.LiteDb", ["layout"] = layout });
            other.Checkpoint();
        }

        var bytes = await File.ReadAllBytesAsync(Database);
        await AssertRefusedAsync<StorageNotSupportedException>(remedy);

        Assert.That(await File.ReadAllBytesAsync(Database), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Log_of_another_program_is_refused()
    {
        await SaveAsync();
        using (var other = new LiteDatabase(Database))
        {
            other.GetCollection("theirs").Insert(new BsonDocument { ["_id"] = 1 });
        }

        await AssertRefusedAsync<StorageUnavailableException>("a log of LiteDB's own");
    }

    [Test]
    public async Task Missing_database_with_an_owner_file_is_not_replaced_by_an_empty_database()
    {
        await SaveAsync();
        File.Delete(Database);

        await AssertRefusedAsync<StorageUnavailableException>("Restore the database");

        Assert.That(File.Exists(Database), Is.False);
    }

    [Test]
    public async Task Missing_database_with_a_backup_is_not_replaced_by_an_empty_database()
    {
        Directory.CreateDirectory(_folder.Path);
        await File.WriteAllTextAsync(_folder.Combine("images-backup.db"), "whatever LiteDB's rebuild leaves");

        await AssertRefusedAsync<StorageUnavailableException>("a backup of LiteDB is present");

        Assert.That(File.Exists(Database), Is.False);
    }

    [Test]
    public async Task Missing_database_with_a_log_is_not_replaced_by_an_empty_database()
    {
        Directory.CreateDirectory(_folder.Path);
        await File.WriteAllTextAsync(Database + "-log", "commits");

        await AssertRefusedAsync<StorageUnavailableException>("its log or owner file is present");

        Assert.That(await File.ReadAllTextAsync(Database + "-log"), Is.EqualTo("commits"));
    }

    [Test]
    public async Task Missing_database_is_refused_and_nothing_is_created_when_CreateIfMissing_is_false()
    {
        await using var provider = new LiteDbImageProvider(new LiteDbStorageOptions { Path = Database, CreateIfMissing = false });

        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => provider.GetInfoAsync("a.png"));

        Assert.That(failure!.Message, Does.Contain("CreateIfMissing"));
        Assert.That(failure.IsTransient, Is.False);
        Assert.That(Directory.Exists(_folder.Path), Is.False);
    }

    [Test]
    public async Task Reads_of_a_missing_store_find_nothing_and_create_nothing()
    {
        await using var provider = new LiteDbImageProvider(new LiteDbStorageOptions { Path = Database });

        Assert.That(await provider.GetInfoAsync("a.png"), Is.Null);
        Assert.That((await provider.ListAsync(new ImageQuery())).Items, Is.Empty);
        Assert.That((await provider.GetUsageAsync()).Count, Is.Zero);
        Assert.That(await provider.DeleteAsync("a.png"), Is.False);
        Assert.That(await provider.Documents.DeleteAsync("c/a"), Is.False);
        Assert.That(Directory.Exists(_folder.Path), Is.False);
    }

    [Test]
    public async Task Second_owner_in_one_process_is_refused_and_may_open_when_the_first_has_closed()
    {
        await using var second = new LiteDbImageProvider(new LiteDbStorageOptions { Path = Database });
        await using (var first = new LiteDbImageProvider(new LiteDbStorageOptions { Path = Database }))
        {
            await first.CheckAsync();

            var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => second.CheckAsync());

            Assert.That(failure!.Message, Does.Contain("open in another process").And.Contain("close the other owner").And.Not.Contain(_folder.Path));
            Assert.That(failure.InnerException, Is.TypeOf<StoreInUseException>());
            await first.CheckAsync();
        }

        await second.CheckAsync();
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Links need a right there.")]
    public async Task Second_owner_by_another_name_of_the_file_is_refused()
    {
        await SaveAsync();
        File.CreateSymbolicLink(_folder.Combine("other.db"), Database);
        await using var first = new LiteDbImageProvider(new LiteDbStorageOptions { Path = Database });
        await using var second = new LiteDbImageProvider(new LiteDbStorageOptions { Path = _folder.Combine("other.db") });
        await first.CheckAsync();

        Assert.That(() => second.CheckAsync(), Throws.TypeOf<StorageUnavailableException>());
    }

    [Test]
    public async Task Closing_in_order_leaves_all_in_the_database_and_the_log_empty()
    {
        await SaveAsync();

        Assert.That(new FileInfo(Database + "-log").Length, Is.Zero);
        Assert.That(Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName), Is.EquivalentTo(new[] { "images.db", "images.db-log", "images.db-owner" }));
    }

    private async Task SaveAsync()
    {
        await using var provider = new LiteDbImageProvider(new LiteDbStorageOptions { Path = Database });
        await StoreOperation.StorageOver(provider, new ManualClock()).SaveBytesAsync("a.png", SampleImages.Png());
    }

    private async Task AssertRefusedAsync<TFailure>(string says)
        where TFailure : ImageStorageException
    {
        await using var provider = new LiteDbImageProvider(new LiteDbStorageOptions { Path = Database });
        foreach (var call in new Func<Task>[] { () => provider.GetInfoAsync("a.png"), () => provider.CheckAsync() })
        {
            var failure = Assert.ThrowsAsync<TFailure>(() => call());
            Assert.That(failure!.Message, Does.Contain(says).And.Not.Contain(_folder.Path));
            Assert.That((failure.Provider, failure.IsTransient), Is.EqualTo(("LiteDb", false)));
        }
    }
}
