using ImageStorage.Providers;
using ImageStorage.Testing;
using Moq;

namespace ImageStorage.Tests;

public class ImageStorageExtensionsTests
{
    private string _folder = null!;
    private ImageStorageManager _storage = null!;

    [SetUp]
    public void Open()
    {
        _folder = Directory.CreateTempSubdirectory("imagestorage-").FullName;
        _storage = new ImageStorageManager(new InMemoryImageProvider());
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _storage.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [TestCase(null, "cat.png")]
    [TestCase("given.png", "given.png")]
    public async Task SaveFile_takes_the_name_of_the_file_unless_one_is_given(string? given, string expected)
    {
        var path = Path.Combine(_folder, "cat.png");
        await File.WriteAllBytesAsync(path, SampleImages.Png());

        var info = await _storage.SaveFileAsync("pets/1", path, new SaveOptions { FileName = given, Tags = ["t"] });

        Assert.That((info.FileName, info.Tags.Length), Is.EqualTo((expected, 1)));
        Assert.That(await _storage.GetBytesAsync("pets/1"), Is.EqualTo(SampleImages.Png()));
    }

    [Test]
    public async Task SaveFile_of_no_file_is_the_failure_of_the_file_system()
    {
        Assert.That(() => _storage.SaveFileAsync("a.png", Path.Combine(_folder, "missing.png")), Throws.TypeOf<FileNotFoundException>());
        Assert.That(await _storage.ExistsAsync("a.png"), Is.False);
    }

    [Test]
    public void GetBytes_of_more_than_an_array_can_have_says_what_to_do()
    {
        var provider = new Mock<IImageProvider>();
        var length = Array.MaxLength + 1L;
        var info = new ImageInfo { Key = "a", ContentType = "image/png", Length = length, Width = 1, Height = 1, XxHash128 = 0, CreatedAt = default, ModifiedAt = default, ETag = new ImageETag("v") };
        provider.Setup(inner => inner.Capabilities).Returns(_storage.Capabilities.Provider);
        provider.Setup(inner => inner.OpenReadAsync("a", null, default)).ReturnsAsync(new StoredImage(info, Stream.Null, new ResolvedRange(0, length)));
        using var storage = new ImageStorageManager(provider.Object);

        Assert.That(() => storage.GetBytesAsync("a"), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("CopyToAsync"));
    }

    [Test]
    public async Task CopyTo_writes_all_bytes_and_answers_what_they_are()
    {
        var saved = await _storage.SaveBytesAsync("a.png", SampleImages.OfLength(100_000));
        using var copy = new MemoryStream();

        Assert.That(await _storage.CopyToAsync("a.png", copy), Is.EqualTo(saved));
        Assert.That(copy.ToArray().AsSpan().SequenceEqual(SampleImages.OfLength(100_000)), Is.True);
    }

    [Test]
    public async Task Enumerate_without_a_query_gives_all()
    {
        for (var i = 0; i < 450; i++)
        {
            await _storage.SaveBytesAsync($"{i}.png", SampleImages.OfLength(100));
        }

        var count = 0;
        await foreach (var info in _storage.EnumerateAsync())
        {
            count++;
        }

        Assert.That(count, Is.EqualTo(450));
    }
}
