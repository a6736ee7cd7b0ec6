using System.Text;

namespace ImageStorage.FileSystem.Tests.Naming;

/// <summary>
/// Random keys of all legal characters, with a preference for characters that file systems handle differently.
/// </summary>
internal sealed class RandomKeys(int seed)
{
    private static readonly string[] Awkward =
    [
        "con", "CON", "nul", "com1", "lpt9.txt", "aux.jpg", "clock$", "conin$", ".", "..", "...", ". ", " .", "~", ".~", "a.~", "a~", "=", "+", "%", "%61", "+a", "!",
        "a", "A", "a.", "a.jpg", "A.JPG", "a.Jpg", "é", "É", "ß", "SS", "ss", "ı", "İ", "ﬁ", "fi", "K", "k", "ǆ", "ǅ", "Å", "ﬀ.png", "日本", "🐈", "🐈‍⬛", ":", "*", "?", "|", "<", ">", "\"", "#", "&",
    ];

    private readonly Random _random = new(seed);

    public ImageKey Next()
    {
        while (true)
        {
            var text = new StringBuilder();
            var segments = _random.Next(1, 5);
            for (var i = 0; i < segments; i++)
            {
                text.Append(i == 0 ? string.Empty : "/").Append(Segment());
            }

            // Most are NFC already. A key that another rule refuses is drawn again.
            if (TryNormalize(text.ToString(), out var normalized) && ImageKey.TryParse(normalized, out var key))
            {
                return key;
            }
        }
    }

    private string Segment()
    {
        var segment = new StringBuilder();
        var parts = _random.Next(1, 4);
        for (var i = 0; i < parts; i++)
        {
            segment.Append(_random.Next(3) == 0 ? Awkward[_random.Next(Awkward.Length)] : Characters(_random.Next(20) == 0 ? _random.Next(1, 300) : _random.Next(1, 8)));
        }

        return segment.ToString();
    }

    private string Characters(int count)
    {
        var text = new StringBuilder();
        var kind = _random.Next(6);
        for (var i = 0; i < count; i++)
        {
            var value = kind switch
            {
                0 => _random.Next('a', 'z' + 1),
                1 => _random.Next('A', 'Z' + 1),
                2 => _random.Next(' ', 0x7F),
                3 => _random.Next(0xA0, 0x600),
                4 => _random.Next(0x600, 0xD800),
                _ => _random.Next(0xE000, 0x11_0000),
            };
            text.Append(new Rune(value));
        }

        return text.ToString();
    }

    private static bool TryNormalize(string text, out string normalized)
    {
        try
        {
            normalized = text.Normalize(NormalizationForm.FormC);
            return true;
        }
        catch (ArgumentException)
        {
            // Non-characters have no normal form.
            normalized = string.Empty;
            return false;
        }
    }
}
