using System.ComponentModel;
using System.Globalization;

namespace ImageStorage;

/// <summary>Converts an <see cref="ImageKey"/> from and to text, for model binding and configuration binding.</summary>
public sealed class ImageKeyTypeConverter : TypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    /// <inheritdoc/>
    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => value is string text ? new ImageKey(text) : base.ConvertFrom(context, culture, value);

    /// <inheritdoc/>
    public override object? ConvertTo(ITypeDescriptorContext? context, CultureInfo? culture, object? value, Type destinationType) =>
        value is ImageKey key && destinationType == typeof(string) ? key.ToString() : base.ConvertTo(context, culture, value, destinationType);
}
