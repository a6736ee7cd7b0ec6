using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Conformance;

/// <summary>The checker itself: it must find what it is there for, and nothing else.</summary>
public class KeyHistoryTests
{
    private KeyHistory _history = null!;

    [SetUp]
    public void Begin() => _history = new KeyHistory();

    [Test]
    public async Task Reads_of_what_was_written_last_are_fine()
    {
        await ReadAsync(null);
        await WriteAsync(1);
        await ReadAsync(1);
        await WriteAsync(2);
        await ReadAsync(2);
        await WriteAsync(null);
        await ReadAsync(null);
    }

    [TearDown]
    public void Judge()
    {
        var lost = TestContext.CurrentContext.Test.MethodName!.Contains("is_found", StringComparison.Ordinal);
        Assert.That(_history.Violations(), lost ? Is.Not.Empty : Is.Empty);
    }

    [Test]
    public async Task Lost_write_is_found()
    {
        await WriteAsync(1);
        await WriteAsync(2);
        await ReadAsync(1);
    }

    [Test]
    public async Task Lost_first_write_is_found()
    {
        await WriteAsync(1);
        await ReadAsync(null);
    }

    [Test]
    public async Task Deleted_image_that_comes_back_is_found()
    {
        await WriteAsync(1);
        await WriteAsync(null);
        await ReadAsync(1);
    }

    [Test]
    public async Task Value_that_was_never_written_is_found() => await ReadAsync(7);

    [Test]
    public async Task Value_read_before_its_write_began_is_found()
    {
        await ReadAsync(1);
        await WriteAsync(1);
    }

    [Test]
    public async Task Read_beside_a_write_may_see_old_or_new()
    {
        await WriteAsync(1);
        await _history.WriteAsync(2, async () =>
        {
            await ReadAsync(1);
            await ReadAsync(2);
        });
    }

    // Both writes end before the long read does, so only the two reads together show it.
    [Test]
    public async Task Read_that_returns_an_older_version_than_an_earlier_read_is_found()
    {
        await WriteAsync(1);
        await _history.WriteAsync(2, async () => await ReadAsync(2));
        await ReadAsync(1);
    }

    private Task WriteAsync(int? value) => _history.WriteAsync(value, () => Task.CompletedTask);

    private Task ReadAsync(int? value) => _history.ReadAsync(() => Task.FromResult(value));
}
