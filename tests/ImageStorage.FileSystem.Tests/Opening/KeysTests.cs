using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Opening;

/// <summary>
/// P8 and the first row of the security table: a key that could leave the root never reaches the file system.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class KeysTests
{
    [TestCase("../a.png")]
    [TestCase("a/../../b.png")]
    [TestCase("a/./b.png")]
    [TestCase(".")]
    [TestCase("/etc/passwd")]
    [TestCase("//server/share/a.png")]
    [TestCase("\\\\server\\share\\a.png")]
    [TestCase("C:/a.png")]
    [TestCase("C:a.png")]
    [TestCase("a\\..\\b.png")]
    [TestCase("a//b.png")]
    [TestCase("a/")]
    [TestCase("a\0.png")]
    [TestCase("a\n.png")]
    [TestCase("a\u202Egnp.exe")]
    [TestCase(".imagestorage/format.json")]
    [TestCase(".ImageStorage/format.json")]
    public void A_key_that_could_leave_the_root_is_refused_before_any_operation(string key)
    {
        var calls = 0;
        using var provider = StoreCheck.Open(new ObservedVolume(new InMemoryVolume(), _ => calls++), new ManualClock());

        Assert.ThrowsAsync<ImageValidationException>(() => provider.GetInfoAsync(key));
        Assert.ThrowsAsync<ImageValidationException>(() => provider.DeleteAsync(key));
        Assert.That(calls, Is.Zero);
    }

    // The compiler would replace these characters in an argument of an attribute.
    [Test]
    public void A_lone_surrogate_is_refused_before_any_operation() => A_key_that_could_leave_the_root_is_refused_before_any_operation("a" + '\ud800' + ".png");
}
