using System.Globalization;

namespace ImageStorage;

/// <summary>
/// Reads and writes an XXH128 hash as JSON text of 32 hexadecimal digits: as a JSON number, most readers would round
/// it.
/// </summary>
public sealed class XxHash128JsonConverter : TextJsonConverter<UInt128>
{
    private const int Digits = 32;

    private protected override UInt128 Parse(string text) =>
        text.Length == Digits && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hash)
            ? hash
            : throw new FormatException("An XXH128 hash is 32 hexadecimal digits.");

    private protected override string Format(UInt128 value) => value.ToString("x32", CultureInfo.InvariantCulture);
}
