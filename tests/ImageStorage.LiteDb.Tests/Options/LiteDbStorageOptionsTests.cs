using ImageStorage.Providers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.LiteDb.Tests.Options;

[Parallelizable(ParallelScope.All)]
public sealed class LiteDbStorageOptionsTests
{
    [TestCase("", "Path is empty")]
    [TestCase("  ", "Path is empty")]
    [TestCase("a\0b", "NUL")]
    [TestCase("data/", "folder")]
    [TestCase(":memory:", "in memory")]
    [TestCase("Filename=x.db;Password=hunter2", "encrypt")]
    [TestCase("filename=x.db; PASSWORD = hunter2", "encrypt")]
    [TestCase("Password=hunter2", "encrypt")]
    [TestCase("Filename=x.db;Connection=shared", "filesystem provider")]
    [TestCase("Filename=x.db;ReadOnly=true", "readonly")]
    [TestCase("Filename=x.db;Collation=en-US", "collation")]
    [TestCase("Filename=x.db;Secret=hunter2", "another")]
    [TestCase("Connection=direct", "without Filename")]
    [TestCase("Filename=", "Path is empty")]
    public void Invalid_path_is_refused_with_the_reason(string path, string says)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => _ = new LiteDbImageProvider(new LiteDbStorageOptions { Path = path }));

        Assert.That(failure!.Message, Does.Contain("LiteDb.Path").And.Contain(says));
        Assert.That(failure.Message, Does.Not.Contain("hunter2").And.Not.Contain("x.db"));
    }

    [TestCase("images.db", "images.db")]
    [TestCase("a=b.db", "a=b.db")]
    [TestCase("Filename=images.db", "images.db")]
    [TestCase("filename = \"my images.db\" ; connection = Direct", "my images.db")]
    public void Path_may_be_a_path_or_a_connection_string(string path, string file)
    {
        Assert.That(LiteDbLocation.Violation(path), Is.Null);
        Assert.That(LiteDbLocation.FileOf(path), Is.EqualTo(file));
    }

    [TestCase(4095)]
    [TestCase(262_145)]
    public void ChunkBytes_out_of_range_are_refused(int bytes) => AssertRefused(options => options.ChunkBytes = bytes, "ChunkBytes", bytes);

    [TestCase(0)]
    [TestCase(1_048_575)]
    [TestCase(long.MaxValue)]
    public void CheckpointBytes_out_of_range_are_refused(long bytes) => AssertRefused(options => options.CheckpointBytes = bytes, "CheckpointBytes", bytes);

    [TestCase(-1)]
    [TestCase(5L << 30)]
    public void MaxLength_out_of_range_is_refused(long bytes) => AssertRefused(options => options.MaxLength = bytes, "MaxLength", bytes);

    [Test]
    public void Undefined_durability_is_refused() => AssertRefused(options => options.Durability = (Durability)7, "Durability", 7);

    [Test]
    public async Task Configuration_chooses_the_provider_and_its_settings()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Providers:LiteDb:Path"] = "somewhere.db",
            ["Providers:LiteDb:MaxLength"] = "2000000",
            ["Providers:LiteDb:Durability"] = "Relaxed",
        }).Build();
        var services = new ServiceCollection();
        services.AddImageStorage(configuration).AddLiteDbProvider();
        await using var container = services.BuildServiceProvider();

        var provider = container.GetRequiredService<IImageProvider>();

        Assert.That((provider.Name, provider.Capabilities.MaxContentLength, provider.Capabilities.MultiProcess), Is.EqualTo(("LiteDb", 2_000_000L, false)));
        Assert.That($"{provider}", Does.Not.Contain("somewhere"));
        Assert.That(File.Exists("somewhere.db"), Is.False, "Nothing is opened before the first call.");
    }

    private static void AssertRefused(Action<LiteDbStorageOptions> change, string setting, long value)
    {
        var options = new LiteDbStorageOptions { Path = "images.db" };
        change(options);

        var failure = Assert.Throws<OptionsValidationException>(() => _ = new LiteDbImageProvider(options));

        Assert.That(failure!.Message, Does.Contain($"LiteDb.{setting} is {value}").And.Contain("set it to"));
    }
}
